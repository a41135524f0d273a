import { counted } from '../../results/counted.ts';
import type { Host } from '../../results/schema.ts';
import { readHost } from '../provision/host.ts';
import { type HostSample, sampleHost } from '../provision/host-sample.ts';
import { findLowerPriority } from '../provision/scheduling.ts';
import { examineK6 } from './examine-k6.ts';
import { examineRedis } from './examine-redis.ts';
import type { Finding } from './finding.ts';

/** An instrument and what it cannot work without. */
export interface InstrumentState {
  readonly instrument: string;
  readonly question: string;
  /** Names of the findings that keep it from working; empty where it is ready. */
  readonly missing: readonly string[];
}

/** Everything `partywall doctor` knows. */
export interface Examination {
  readonly host: Host;
  readonly findings: readonly Finding[];
  readonly instruments: readonly InstrumentState[];
}

interface Instrument {
  readonly instrument: string;
  readonly question: string;
  readonly needs: readonly string[];
}

const INSTRUMENTS: readonly Instrument[] = [
  {
    instrument: 'stress',
    question: 'does a real spike reach the neighbours?',
    needs: ['node', 'k6', 'redis', 'readings'],
  },
  {
    instrument: 'judge',
    question: 'pass, fail or inconclusive?',
    needs: ['node'],
  },
];

/** Looks for every tool and server, builds and starts nothing. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Examination> {
  const [k6, redis, scheduling] = await Promise.all([
    examineK6(env),
    examineRedis(env),
    examineScheduling(env),
  ]);
  const host = readHost({
    ...(k6.version === undefined ? {} : { k6: k6.version }),
    ...(redis.version === undefined ? {} : { redis: redis.version }),
  });
  const findings = [
    examineNode(process.versions.node),
    k6,
    redis,
    examineCores(host.cores),
    scheduling,
    examineReadings(sampleHost({ self: process.pid })),
  ];

  return { host, findings, instruments: judgeInstruments(findings) };
}

/** Which instruments the findings leave ready. */
export function judgeInstruments(findings: readonly Finding[]): InstrumentState[] {
  const missing = new Set(findings.filter(({ state }) => state === 'missing').map((f) => f.name));
  return INSTRUMENTS.map(({ instrument, question, needs }) => ({
    instrument,
    question,
    missing: needs.filter((need) => missing.has(need)),
  }));
}

/** Node >= 20.19, as package.json says. */
export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return isEnough
    ? { name: 'node', state: 'ready', version, detail: process.execPath }
    : { name: 'node', state: 'missing', version, detail: 'install Node 20.19 or later' };
}

/** With one core everything that is measured waits for everything that measures. */
export function examineCores(coreCount: number): Finding {
  return coreCount >= 2
    ? { name: 'cores', state: 'ready', detail: counted(coreCount, 'core') }
    : { name: 'cores', state: 'degraded', detail: '1: expect INCONCLUSIVE, 2 or more are needed' };
}

async function examineScheduling(env: NodeJS.ProcessEnv): Promise<Finding> {
  const { kind, prefix } = await findLowerPriority(env);
  if (kind === 'idle') return { name: 'priority', state: 'ready', detail: prefix.join(' ') };
  const detail =
    kind === 'nice'
      ? `${prefix.join(' ')}: the load costs the neighbours more than with chrt -i`
      : 'neither chrt nor nice: the load competes with the neighbours for cores';
  return { name: 'priority', state: 'degraded', detail };
}

/**
 * What the host tells of itself. A spike must know that its generators were not the bottleneck, so
 * without their processor time, which Linux alone tells, none of its verdicts would stand.
 * @param sample of one process, named `self`
 */
export function examineReadings(sample: HostSample): Finding {
  if (sample.cpuTimeMs['self'] === null) {
    const detail =
      "CPU time of processes cannot be read: a spike's verdict needs Linux, here it ends INVALID";
    return { name: 'readings', state: 'missing', detail };
  }
  const absent = [
    ...(sample.pressureUs === null ? ['CPU pressure (PSI)'] : []),
    ...(sample.stealMs === null ? ['stolen CPU time'] : []),
  ];
  return absent.length === 0
    ? { name: 'readings', state: 'ready', detail: 'CPU time, pressure and steal' }
    : { name: 'readings', state: 'degraded', detail: `not on this machine: ${absent.join(', ')}` };
}
