import { MissingToolError } from '../../results/output/operating-errors.ts';
import { findCacheFolder } from './cache-folder.ts';
import { findOnPath, isExecutableFile } from './find-on-path.ts';
import { buildK6, findBuiltK6 } from './k6-build.ts';
import { downloadK6, findDownloadedK6 } from './k6-download.ts';
import { type K6Probe, probeK6 } from './k6-probe.ts';
import type { OnProgress } from './on-progress.ts';

/** A k6 that has `k6/x/redis`; that it has was tried. */
export interface K6 {
  readonly path: string;
  /** Without the leading v: `1.8.1`. */
  readonly version: string;
  readonly source: K6Source;
  /** `resolved`: k6 runs a second binary as its child, found in k6's own cache. */
  readonly extension: 'built-in' | 'resolved';
  /** Whether it has our own k6/x/partywall, too, which makes load far more cheaply. */
  readonly hasOwnModule: boolean;
}

export type K6Source = '$K6_BIN' | 'PATH' | 'cache' | 'built with Go' | 'downloaded';

export interface K6Options {
  readonly onProgress?: OnProgress;
  /** Default: the environment of this process. Read: K6_BIN, PATH, PARTYWALL_CACHE. */
  readonly env?: NodeJS.ProcessEnv;
  /** Aborting it ends a build; provisioning then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Replaced by tests; default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What was looked at and why it would not do. */
export type K6Search =
  | { readonly kind: 'found'; readonly k6: K6 }
  | { readonly kind: 'not-found'; readonly tried: readonly string[] };

/**
 * Finds a k6 that has `k6/x/redis`, or makes one: `$K6_BIN`, PATH, our cache folder, a build with
 * Go, the official release.
 * @throws MissingToolError naming everything that was tried and how to get one.
 */
export async function provisionK6(options: K6Options = {}): Promise<K6> {
  const env = options.env ?? process.env;
  const onProgress = options.onProgress ?? (() => {});

  const search = await findK6(env);
  if (search.kind === 'found') return search.k6;

  const built = await makeWithGo(env, onProgress, options.signal);
  options.signal?.throwIfAborted();
  if (typeof built !== 'string') return built;
  onProgress(built);

  const downloaded = await makeByDownload(env, onProgress, options.fetch);
  if (typeof downloaded !== 'string') return downloaded;

  throw missingK6([...search.tried, built, downloaded]);
}

/**
 * Looks for a usable k6 and makes nothing.
 * @throws MissingToolError where `$K6_BIN` names something that is not one: it was asked for, so
 * nothing else is taken in its place.
 */
export async function findK6(env: NodeJS.ProcessEnv): Promise<K6Search> {
  const named = env['K6_BIN'];
  if (named) return { kind: 'found', k6: await useNamedK6(named, env) };

  const cacheFolder = findCacheFolder(env);
  const places: { path: string | undefined; source: K6Source; label: string }[] = [
    { path: findOnPath('k6', env), source: 'PATH', label: 'k6 on PATH' },
    { path: await findBuiltK6(cacheFolder), source: 'cache', label: 'k6 built earlier' },
    { path: findDownloadedK6(cacheFolder), source: 'cache', label: 'k6 downloaded earlier' },
  ];

  const tried: string[] = [];
  for (const { path, source, label } of places) {
    if (path === undefined || !isExecutableFile(path)) {
      tried.push(`${label}: none`);
      continue;
    }
    const probe = await probeK6(path, env);
    if (probe.kind === 'usable') return { kind: 'found', k6: asK6(path, source, probe) };
    tried.push(`${label} (${path}): ${probe.reason}`);
  }
  return { kind: 'not-found', tried };
}

async function useNamedK6(path: string, env: NodeJS.ProcessEnv): Promise<K6> {
  const probe = await probeK6(path, env);
  if (probe.kind === 'usable') return asK6(path, '$K6_BIN', probe);
  throw new MissingToolError({
    tool: 'k6',
    message: `K6_BIN: ${path}, expected a k6 with k6/x/redis (${probe.reason})`,
    remedies: ['name another binary in K6_BIN', 'unset K6_BIN, and one is found or built'],
  });
}

async function makeWithGo(
  env: NodeJS.ProcessEnv,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<K6 | string> {
  const go = findOnPath('go', env);
  if (go === undefined) return 'build with Go: there is no go on PATH';

  const output = await findBuiltK6(findCacheFolder(env));
  const problem = await buildK6({ go, output, env, onProgress, ...(signal ? { signal } : {}) });
  if (problem !== undefined) return `build with Go: ${problem}`;
  const probe = await probeK6(output, env);
  if (probe.kind === 'unusable') return `build with Go: ${probe.reason}`;
  return asK6(output, 'built with Go', probe);
}

async function makeByDownload(
  env: NodeJS.ProcessEnv,
  onProgress: OnProgress,
  fetch: typeof globalThis.fetch | undefined,
): Promise<K6 | string> {
  const output = findDownloadedK6(findCacheFolder(env));
  const problem = await downloadK6({ output, onProgress, ...(fetch ? { fetch } : {}) });
  if (problem !== undefined) return `official release: ${problem}`;
  const probe = await probeK6(output, env);
  if (probe.kind === 'unusable') return `official release: ${probe.reason}`;
  return asK6(output, 'downloaded', probe);
}

function asK6(path: string, source: K6Source, probe: K6Probe & { kind: 'usable' }): K6 {
  return {
    path,
    source,
    version: probe.version,
    extension: probe.extension,
    hasOwnModule: probe.hasOwnModule,
  };
}

/** The error for when a k6 is needed and none could be had. */
export function missingK6(tried: readonly string[]): MissingToolError {
  return new MissingToolError({
    tool: 'k6',
    message: ['k6 with the extension k6/x/redis is missing.', ...tried].join('\n  '),
    remedies: [
      'install Go 1.25 or later (https://go.dev/dl): k6 is then built at the next run',
      'or set K6_BIN to a k6 made by: xk6 build --with github.com/grafana/xk6-redis',
    ],
  });
}
