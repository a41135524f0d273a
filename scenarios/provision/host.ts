import { cpus, release, totalmem, type } from 'node:os';
import { findPackageRoot } from '../../results/output/package-root.ts';
import type { Host } from '../../results/schema.ts';
import { runCommand } from './run-command.ts';

const GIT_TIMEOUT_MS = 5_000;

/** What a record says about this machine; `tools` are versions by name, known to who found them. */
export function readHost(tools: Readonly<Record<string, string>> = {}): Host {
  const cores = cpus();
  return {
    cores: cores.length,
    cpuModel: cores[0]?.model.trim() || 'unknown',
    memoryBytes: totalmem(),
    platform: `${process.platform}-${process.arch}`,
    kernel: `${type()} ${release()}`,
    node: process.versions.node,
    tools: { ...tools },
  };
}

/**
 * The commit of a checkout (default: ours), `+changes` behind it where tracked files differ; null
 * where the folder is no checkout or git is not installed.
 */
export async function readGitRevision(folder = findPackageRoot()): Promise<string | null> {
  const git = (...args: string[]) =>
    runCommand('git', ['-C', folder, ...args], { timeoutMs: GIT_TIMEOUT_MS });

  const commit = await git('rev-parse', '--short=12', 'HEAD');
  if (commit.exitCode !== 0) return null;
  const status = await git('status', '--porcelain', '--untracked-files=no');
  return commit.stdout.trim() + (status.stdout.trim() === '' ? '' : '+changes');
}
