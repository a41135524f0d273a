import type { SimulationOptions } from './options.ts';
import type { PhaseResult, Share, SimulationResult } from './result.ts';

export const CHECK_NAMES = ['latency', 'failures', 'hits', 'foreign', 'deadline'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';

/** One figure that decides, the bound it has to keep, and whether it does. */
export interface Check {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  readonly isKept: boolean;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Why there is no verdict; empty where there is one. */
  readonly reason: string;
}

/** Largest rise of the neighbours' mean, P95 and P99 during the trouble. */
export const RISE_PERCENT_MAX = 10;
/** Largest rise of their failures, and fall of their hit ratio, in percentage points. */
export const POINTS_MAX = 0.5;
/** Share of requests that may fail where there is no before. */
const FAILED_PERCENT_MAX = 0.5;
/** A load that ends just within the deadline is put before it is answered. */
const DEADLINE_SLACK_MS = 10;
/** Fewer answers than that decide nothing. */
const ANSWERS_MIN = 1000;

/**
 * Whether the neighbours noticed: their phase `during` against their phase `before`, or, where a
 * scenario has none, its last phase against fixed bounds. The simulation is deterministic, but a
 * draw of its seed: bounds, not intervals.
 */
export function judgeSimulation(
  result: SimulationResult,
  options: SimulationOptions,
  names: readonly CheckName[],
): Judgement {
  const before = result.phases.find(({ name }) => name === 'before');
  const during =
    result.phases.find(({ name }) => name === 'during') ?? (result.phases.at(-1) as PhaseResult);
  const thin = [before, during].find(
    (phase) => phase !== undefined && phase.neighbours.counts.requests < ANSWERS_MIN,
  );
  if (thin !== undefined) {
    const reason = `fewer than ${ANSWERS_MIN} requests of neighbours in phase ${thin.name}`;
    return { verdict: 'INCONCLUSIVE', checks: [], reason };
  }
  const checks = [
    ...names.flatMap((name) => makeChecks[name](before, during, options)),
    check('violations that checkers saw', result.checkers.violations.length, 0, ''),
  ];
  const verdict = checks.every(({ isKept }) => isKept) ? 'PASS' : 'FAIL';
  return { verdict, checks, reason: '' };
}

type MakeChecks = (
  before: PhaseResult | undefined,
  during: PhaseResult,
  options: SimulationOptions,
) => Check[];

const makeChecks: Readonly<Record<CheckName, MakeChecks>> = {
  latency(before, during, { looseTimeoutMs }) {
    const capUs = looseTimeoutMs * 1000;
    const rise = (name: string, of: (share: Share) => number) => {
      const base = before === undefined ? Number.NaN : of(before.neighbours);
      const value = (of(during.neighbours) / base - 1) * 100;
      return check(`neighbours' ${name}, rise`, value, RISE_PERCENT_MAX, '%');
    };
    return [
      rise('mean', (share) => cappedMeanUs(share, capUs)),
      rise('P95', (share) => cappedUs(share, 0.95, share.latency.p95Us, capUs)),
      rise('P99', (share) => cappedUs(share, 0.99, share.latency.p99Us, capUs)),
    ];
  },
  failures(before, during) {
    const now = failedPercent(during.neighbours);
    if (before === undefined) return [check('requests failed', now, FAILED_PERCENT_MAX, '%')];
    const rise = now - failedPercent(before.neighbours);
    return [check("neighbours' failures, rise", rise, POINTS_MAX, 'points')];
  },
  hits(before, during) {
    const fall = hitPercent(before?.neighbours) - hitPercent(during.neighbours);
    return [check("neighbours' hit ratio, fall", fall, POINTS_MAX, 'points')];
  },
  foreign(_before, during) {
    return [check("answers of another tenant's", during.total.counts.foreign, 0, '')];
  },
  deadline(_before, during, { tenants }) {
    const overMs = during.tenants.map(
      ({ latency }, tenant) => latency.maxUs / 1000 - (tenants[tenant]?.tier.deadlineMs ?? 0),
    );
    const worst = overMs.reduce((most, one) => Math.max(most, one), 0);
    return [check('latest answer, after its deadline', worst, DEADLINE_SLACK_MS, 'ms')];
  },
};

/**
 * A failed request is slower than every answer, and worth the cap: else a tenant whose slow
 * requests all fail would look faster for it.
 */
function cappedMeanUs({ latency, failureCount }: Share, capUs: number): number {
  const sumUs = latency.meanUs * latency.count + failureCount * capUs;
  return sumUs / (latency.count + failureCount);
}

/** A percentile with failures behind all answers; among the answers it is taken as it is. */
function cappedUs(share: Share, ratio: number, valueUs: number, capUs: number): number {
  const failed = share.failureCount / (share.latency.count + share.failureCount);
  return failed > 1 - ratio ? capUs : valueUs;
}

/** A value that is no number keeps no bound. */
function check(name: string, value: number, bound: number, unit: string): Check {
  return { name, value, bound, unit, isKept: value <= bound };
}

function failedPercent({ counts, failureCount }: Share): number {
  return (100 * failureCount) / counts.requests;
}

function hitPercent(share: Share | undefined): number {
  return share === undefined || share.hitRatio === null ? Number.NaN : 100 * share.hitRatio;
}
