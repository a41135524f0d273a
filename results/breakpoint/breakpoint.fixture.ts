/** Hand-made rounds of a breakpoint run: sound unless told otherwise. */
import { capUsFor } from '../judge-options.ts';
import { someRun } from '../record.fixture.ts';
import { makeRound, type RoundSettings } from '../window.fixture.ts';
import { type BreakpointFacts, makeBreakpointRecord } from './breakpoint-record.ts';
import type { BreakpointOptions, BreakpointRecord, Pressure } from './breakpoint-schema.ts';
import type { BreakpointInput } from './judge-breakpoint.ts';
import type { BreakpointRound } from './trial.ts';

export const calm: Pressure = {
  redisThreadShare: 0.2,
  backendBusyShare: 0.5,
  backendQueuePeak: 2,
  backendRefusedPerSecond: 0,
  refusedConnectionCount: 0,
};

export const overflowing: Pressure = {
  ...calm,
  backendBusyShare: 1,
  backendQueuePeak: 240,
  backendRefusedPerSecond: 87,
};

export const ladder: BreakpointOptions = {
  maxRisePercent: 10,
  capUs: capUsFor([1000]),
  generatorCores: {},
  rungs: [2.5, 5, 10, 20, 40, 80],
  topIs: 'generator',
  atLeastTimes: null,
};

/** A round's windows, at a rate. */
export interface TriedAt extends Omit<RoundSettings, 'round'> {
  readonly times: number;
  readonly isProtected?: boolean;
  readonly pressure?: Pressure;
}

export function makeTries(tries: readonly TriedAt[]): BreakpointRound[] {
  return tries.map(({ times, isProtected = true, pressure = calm, ...settings }, at) => ({
    ...makeRound({ ...settings, round: at + 1 }),
    times,
    isProtected,
    pressure,
  }));
}

/** Misses take three times as long, since the back-end overflows. */
export const broken = { spike: { missUs: 60_000 }, pressure: overflowing } as const;

/** Holds at 20 times and breaks at 40, six rounds each. */
export function makeSharpRounds(isProtected = true): BreakpointRound[] {
  const held = Array.from({ length: 6 }, () => ({ times: 20, isProtected }));
  const gone = Array.from({ length: 6 }, () => ({ times: 40, isProtected, ...broken }));
  return makeTries([...held, ...gone]);
}

export function makeInput(
  rounds: readonly BreakpointRound[],
  options: Partial<BreakpointOptions> = {},
  ended: BreakpointInput['ended'] = null,
): BreakpointInput {
  return { rounds, options: { ...ladder, ...options }, ended };
}

export function makeRecordOf(input: BreakpointInput): BreakpointRecord {
  const { scenario: _, ...run } = someRun;
  const options = { ...run.options, ordinaryRatePerSecond: 100 };
  const facts: BreakpointFacts = { ...run, options, ceilingPerSecond: 30_000 };
  return makeBreakpointRecord(facts, input);
}
