import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OnProgress } from './on-progress.ts';
import { runCommand } from './run-command.ts';

/** The release the committed go.mod names. */
const K6_RELEASE = 'v1.8.1';
const RELEASES_URL = 'https://github.com/grafana/k6/releases/download';
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const UNPACK_TIMEOUT_MS = 60_000;

const PLATFORM_NAMES: Readonly<Record<string, string>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
};
const ARCH_NAMES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Where the official release is kept once it was downloaded. */
export function findDownloadedK6(cacheFolder: string): string {
  const key = `${K6_RELEASE}-${process.platform}-${process.arch}`;
  return join(cacheFolder, 'k6', key, process.platform === 'win32' ? 'k6.exe' : 'k6');
}

export interface K6DownloadOptions {
  readonly output: string;
  readonly onProgress: OnProgress;
  readonly fetch?: typeof globalThis.fetch;
  /** Node's names; default: of this machine. */
  readonly platform?: string;
  readonly arch?: string;
}

/**
 * Downloads the official release and checks it against the release's list of checksums. Returns
 * what went wrong in one line, or undefined where all went well. The official binary fetches
 * `k6/x/redis` by itself: whoever calls this probes the result.
 */
export async function downloadK6(options: K6DownloadOptions): Promise<string | undefined> {
  const platform = PLATFORM_NAMES[options.platform ?? process.platform];
  const arch = ARCH_NAMES[options.arch ?? process.arch];
  if (platform === undefined || arch === undefined) {
    return `there is no official k6 for ${process.platform} on ${process.arch}`;
  }
  const folderName = `k6-${K6_RELEASE}-${platform}-${arch}`;
  const archive = `${folderName}.${platform === 'linux' ? 'tar.gz' : 'zip'}`;
  options.onProgress(`downloading the official release ${archive}`);

  await mkdir(dirname(options.output), { recursive: true });
  const folder = await mkdtemp(join(dirname(options.output), 'downloading-'));
  try {
    const bytes = await fetchChecked(archive, options.fetch ?? globalThis.fetch);
    await unpack(bytes, archive, folder);
    const binary = platform === 'windows' ? 'k6.exe' : 'k6';
    await rename(join(folder, folderName, binary), options.output);
    return undefined;
  } catch (error) {
    return `the download failed: ${describe(error)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchChecked(archive: string, fetch: typeof globalThis.fetch): Promise<Buffer> {
  const sums = await fetchBytes(`k6-${K6_RELEASE}-checksums.txt`, fetch);
  const expected = sums
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, name]) => name === archive)?.[0];
  if (expected === undefined) throw new Error(`no checksum is published for ${archive}`);

  const bytes = await fetchBytes(archive, fetch);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected) throw new Error(`${archive} has checksum ${actual}, not ${expected}`);
  return bytes;
}

async function fetchBytes(file: string, fetch: typeof globalThis.fetch): Promise<Buffer> {
  const url = `${RELEASES_URL}/${K6_RELEASE}/${file}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** `tar` unpacks both kinds where they are used: zip archives are for macOS and Windows. */
async function unpack(bytes: Buffer, archive: string, folder: string): Promise<void> {
  const file = join(folder, archive);
  await writeFile(file, bytes);
  const result = await runCommand('tar', ['-xf', file, '-C', folder], {
    timeoutMs: UNPACK_TIMEOUT_MS,
  });
  if (result.exitCode === 0) return;
  const found = (await readdir(folder)).join(', ');
  throw new Error(`tar could not unpack ${archive} (${found}): ${result.stderr.trim()}`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
