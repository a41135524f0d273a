import { cpus, release, totalmem, type } from 'node:os';
import { findPackageRoot } from '../package-root.ts';
import { runCommand } from './run-command.ts';

/** What a record says about the machine and the tools of a run. */
export interface HostFacts {
  readonly platform: string;
  readonly kernel: string;
  readonly cpuModel: string;
  readonly coreCount: number;
  readonly memoryBytes: number;
  readonly nodeVersion: string;
  readonly k6Version: string | null;
  readonly redisVersion: string | null;
  /** Commit of the checkout, `+changes` where it was changed; null outside of one. */
  readonly gitRevision: string | null;
}

const GIT_TIMEOUT_MS = 5_000;

/** Reads the facts of this machine; the versions of the tools are handed in by who found them. */
export async function readHostFacts(
  tools: { readonly k6Version?: string; readonly redisVersion?: string } = {},
): Promise<HostFacts> {
  const cores = cpus();
  return {
    platform: `${process.platform}-${process.arch}`,
    kernel: `${type()} ${release()}`,
    cpuModel: cores[0]?.model.trim() || 'unknown',
    coreCount: cores.length,
    memoryBytes: totalmem(),
    nodeVersion: process.versions.node,
    k6Version: tools.k6Version ?? null,
    redisVersion: tools.redisVersion ?? null,
    gitRevision: await readGitRevision(findPackageRoot()),
  };
}

/** The commit of a checkout, or null where this is none or git is not installed. */
export async function readGitRevision(folder: string): Promise<string | null> {
  const git = (...args: string[]) =>
    runCommand('git', ['-C', folder, ...args], { timeoutMs: GIT_TIMEOUT_MS });

  const commit = await git('rev-parse', '--short=12', 'HEAD');
  if (commit.exitCode !== 0) return null;
  const status = await git('status', '--porcelain', '--untracked-files=no');
  return commit.stdout.trim() + (status.stdout.trim() === '' ? '' : '+changes');
}
