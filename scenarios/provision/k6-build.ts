import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findPackageRoot } from '../../results/output/package-root.ts';
import type { OnProgress } from './on-progress.ts';
import { runCommand } from './run-command.ts';

/** Built from nothing on two cores this takes 100-180 s; a slow network comes on top. */
const BUILD_TIMEOUT_MS = 20 * 60_000;
const PROGRESS_EVERY_MS = 5_000;
const SOURCE = /\.go$|^go\.(mod|sum)$/;

/** The Go sources of our k6: the committed module with k6 and its Redis extension. */
export function findK6Sources(): string {
  return join(findPackageRoot(), 'scenarios', 'k6', 'build');
}

/** Where a k6 built from these very sources for this platform is kept. */
export async function findBuiltK6(cacheFolder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(findK6Sources())).filter((file) => SOURCE.test(file)).sort();
  for (const file of files) hash.update(await readFile(join(findK6Sources(), file)));
  const key = `${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 16)}`;

  return join(cacheFolder, 'k6', key, process.platform === 'win32' ? 'k6.exe' : 'k6');
}

export interface K6BuildOptions {
  /** Path of the `go` command. */
  readonly go: string;
  /** Path of the binary to make; appears whole or not at all, also with concurrent builds. */
  readonly output: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
  /** Aborting it ends the build. */
  readonly signal?: AbortSignal;
  readonly nowMs?: () => number;
}

/** Builds k6 with Go. Returns what went wrong in one line, or undefined where all went well. */
export async function buildK6(options: K6BuildOptions): Promise<string | undefined> {
  const { go, output, env, onProgress } = options;
  const nowMs = options.nowMs ?? (() => performance.now());
  await mkdir(dirname(output), { recursive: true });
  const folder = await mkdtemp(join(dirname(output), 'building-'));

  const startedAtMs = nowMs();
  let packageCount = 0;
  let current = 'fetching modules';
  const report = () => {
    const seconds = Math.round((nowMs() - startedAtMs) / 1000);
    onProgress(`building k6 with Go: ${seconds} s, ${packageCount} packages, ${current}`);
  };
  onProgress('building k6 with Go, once: usually 2 to 3 minutes');
  const ticker = setInterval(report, PROGRESS_EVERY_MS);

  try {
    const built = join(folder, 'k6');
    const args = ['build', '-v', '-trimpath', '-mod=readonly', '-o', built, '.'];
    const result = await runCommand(go, args, {
      timeoutMs: BUILD_TIMEOUT_MS,
      env: { ...env, CGO_ENABLED: '0' },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      cwd: findK6Sources(),
      onStderrLine: (line) => {
        if (line.startsWith('go: ')) return;
        packageCount += 1;
        current = line;
      },
    });
    if (result.timedOut) return `go build took longer than ${BUILD_TIMEOUT_MS / 60_000} minutes`;
    if (result.exitCode !== 0) return `go build failed: ${lastLine(result.stderr)}`;

    await rename(built, output);
    report();
    return undefined;
  } finally {
    clearInterval(ticker);
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) || 'it said nothing';
}
