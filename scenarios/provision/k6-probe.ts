import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutK6Settings } from './k6-environment.ts';
import { runCommand } from './run-command.ts';

/** What a k6 binary turned out to be able to do. */
export type K6Probe =
  | {
      readonly kind: 'usable';
      readonly version: string;
      /** Whether k6/x/redis is part of the binary, or fetched by k6 >= 1.2 into its own cache. */
      readonly extension: 'built-in' | 'resolved';
      /** Whether it has our own k6/x/partywall, too, which makes load far more cheaply. */
      readonly hasOwnModule: boolean;
    }
  | { readonly kind: 'unusable'; readonly reason: string };

const VERSION_TIMEOUT_MS = 10_000;
const SCRIPT_TIMEOUT_MS = 30_000;

const PROBE_SCRIPT = `import redis from 'k6/x/redis';
if (typeof redis.Client !== 'function') throw new Error('k6/x/redis has no Client');
export default function () {}
`;

const OWN_PROBE_SCRIPT = `import { openMeter, openPipeline, openSender } from 'k6/x/partywall';
if (!openMeter || !openPipeline || !openSender) throw new Error('k6/x/partywall is another one');
export default function () {}
`;

/**
 * Decides by trying: the binary says its version and then loads a script that imports
 * `k6/x/redis`. A k6 that resolves extensions by itself passes only where that really works,
 * which without a network it does only from its cache.
 */
export async function probeK6(path: string, env: NodeJS.ProcessEnv): Promise<K6Probe> {
  const asked = await runCommand(path, ['version'], {
    timeoutMs: VERSION_TIMEOUT_MS,
    env: withoutK6Settings(env),
  });
  const version = /k6(?:\.exe)? v(\d+\.\d+\.\d+\S*)/.exec(asked.stdout)?.[1];
  if (asked.exitCode !== 0 || version === undefined) {
    const said = firstLine(asked.stdout) || firstLine(asked.stderr) || 'nothing';
    return { kind: 'unusable', reason: `\`k6 version\` answered: ${said}` };
  }

  const folder = await mkdtemp(join(tmpdir(), 'partywall-probe-'));
  try {
    const script = join(folder, 'probe.js');
    await writeFile(script, PROBE_SCRIPT);
    const ownScript = join(folder, 'probe-own.js');
    await writeFile(ownScript, OWN_PROBE_SCRIPT);
    return await probeExtension(path, version, { script, ownScript }, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function probeExtension(
  path: string,
  version: string,
  { script, ownScript }: { readonly script: string; readonly ownScript: string },
  env: NodeJS.ProcessEnv,
): Promise<K6Probe> {
  const inspect = (tried: string, resolution: string) =>
    runCommand(path, ['inspect', tried], {
      timeoutMs: SCRIPT_TIMEOUT_MS,
      env: { ...withoutK6Settings(env), K6_AUTO_EXTENSION_RESOLUTION: resolution },
    });

  const builtIn = await inspect(script, 'false');
  if (builtIn.exitCode === 0) {
    const own = await inspect(ownScript, 'false');
    const hasOwnModule = own.exitCode === 0;
    return { kind: 'usable', version, extension: 'built-in', hasOwnModule };
  }

  const resolved = await inspect(script, 'true');
  if (resolved.exitCode === 0) {
    return { kind: 'usable', version, extension: 'resolved', hasOwnModule: false };
  }
  return { kind: 'unusable', reason: `k6 ${version} has no k6/x/redis and could not fetch it` };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 200) ?? '';
}
