import { createHash } from 'node:crypto';
import type { AnyRecord } from '../any-record.ts';
import type { Host } from '../schema.ts';

/** What must be alike for figures of two hosts to be one series: the machine, not its software. */
export function fingerprintOf({ cores, cpuModel, memoryBytes, platform }: Host): string {
  const memoryGiB = Math.round(memoryBytes / 2 ** 30);
  const machine = JSON.stringify([cores, cpuModel, memoryGiB, platform]);
  return createHash('sha256').update(machine).digest('hex').slice(0, 12);
}

/** A host in a line. */
export function describeHost({ cores, cpuModel, memoryBytes, platform }: Host): string {
  return `${cores} x ${cpuModel}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${platform}`;
}

/** Options that may differ: they change how much is measured, or where, not what. */
const freeOptions = new Set([
  'seed',
  'rounds',
  'quick',
  'maxDurationMs',
  'gate',
  'maxRisePercent',
  'redis',
  'placeboRedis',
  'namespace',
  'allowRemote',
]);

/** Why two records cannot simply be compared, a line each; empty where they are alike. */
export function unlikenesses(base: AnyRecord, fresh: AnyRecord): string[] {
  const found: string[] = [];
  if (fingerprintOf(base.host) !== fingerprintOf(fresh.host)) {
    found.push(`hosts: ${describeHost(base.host)} against ${describeHost(fresh.host)}`);
  }
  const names = new Set([...Object.keys(base.options), ...Object.keys(fresh.options)]);
  for (const name of names) {
    if (freeOptions.has(name)) continue;
    const [from, to] = [base, fresh].map(
      ({ options }) => JSON.stringify(options[name]) ?? 'absent',
    );
    if (from !== to) found.push(`option ${name}: ${from} against ${to}`);
  }
  return found;
}

/** Software that differs, which may be the very thing compared: said, never refused. */
export function softwareChanges(base: AnyRecord, fresh: AnyRecord): string[] {
  const versions = ({ host, gitRevision }: AnyRecord): Record<string, string> => ({
    revision: gitRevision ?? 'unknown',
    kernel: host.kernel,
    Node: host.node,
    ...host.tools,
  });
  const [from, to] = [versions(base), versions(fresh)];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((name) => from[name] !== to[name])
    .map((name) => `${name}: ${from[name] ?? 'none'} -> ${to[name] ?? 'none'}`);
}
