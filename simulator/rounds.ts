import { capUsFor, defaultJudgeOptions, type JudgeOptions } from '../results/judge-options.ts';
import type { Judgement } from '../results/judgement.ts';
import { observe } from '../results/observations.ts';
import { decide } from '../results/verdict.ts';
import type { Arm, NeighbourSamples, Reads, WindowMeasurement } from '../results/window.ts';
import { failureCount } from './counters.ts';
import { HIT_PATH, LOAD_PATH, latencyRow } from './latency-table.ts';
import type { TenantOptions } from './options.ts';
import type { Simulation } from './simulation.ts';
import { stepsBefore } from './steps.ts';

/**
 * The verdict table of a live run for a simulated one: windows before the trouble stand against
 * windows during it, in rounds, and the same judge looks at the same cells. There is no generator
 * whose share a placebo would have to show, so the total rise is what sharing does. Undefined where
 * a run has no time before and during.
 */
export function judgeRounds(simulation: Simulation): Judgement | undefined {
  const { phases, tenants, neighbours } = simulation.options;
  const indexOf = (name: string) => phases.findIndex((phase) => phase.name === name);
  const before = windowsWithin(simulation, indexOf('before'));
  const during = windowsWithin(simulation, indexOf('during'));
  const count = Math.min(before.length, during.length);
  if (count === 0 || neighbours.length === 0) return undefined;
  const measured = Array.from({ length: count }, (_, place) => ({
    round: place + 1,
    baseline: windowOf(simulation, before[place] as number, 'baseline', place + 1),
    placebo: undefined,
    spike: windowOf(simulation, during[place] as number, 'spike', place + 1),
  }));
  const options: JudgeOptions = {
    ...defaultJudgeOptions,
    rounds: count,
    capUs: capUsFor(tenants.map(({ tier }) => tier.deadlineMs)),
  };
  const observed = observe({ measured, hasPlacebo: false, incomplete: [] }, options);
  const reads = readsIn(simulation);
  return decide({ ...observed, gates: [], reads, options, ended: undefined });
}

function windowsWithin({ windows }: Simulation, phase: number): number[] {
  return windows.flatMap((window, place) => (window.phase === phase ? [place] : []));
}

/** What a live window holds, as far as there is any of it without a generator and a host. */
function windowOf(
  simulation: Simulation,
  place: number,
  arm: Arm,
  round: number,
): WindowMeasurement {
  const { windows, options, counters } = simulation;
  const { intervalS, neighbours, tenants } = options;
  const { fromS, toS } = windows[place] as { fromS: number; toS: number };
  const [from, to] = [stepsBefore(fromS, intervalS), stepsBefore(toS, intervalS)];
  const samples = (tenant: number, path: number) =>
    simulation.latencies.toHistogram([latencyRow(place, tenants.length, tenant, path)]);
  const ofNeighbours = neighbours.map((tenant): NeighbourSamples => {
    const counts = counters.sum([tenant], from, to);
    const { tenant: name, tier } = tenants[tenant] as TenantOptions;
    return {
      tenant: name,
      tier: tier.name,
      hit: { latencyUs: samples(tenant, HIT_PATH), failedCount: 0 },
      miss: { latencyUs: samples(tenant, LOAD_PATH), failedCount: failureCount(counts) },
      observedHitCount: counts.hits,
    };
  });
  const requests = counters.sum(neighbours, from, to).requests;
  const offered = { plannedCount: requests, servedCount: requests, droppedCount: 0 };
  return {
    round,
    arm,
    attempt: 0,
    startedAtMs: fromS * 1000,
    durationMs: (toS - fromS) * 1000,
    neighbours: ofNeighbours,
    reads: null,
    offeredNeighbours: offered,
    offeredHot: { plannedCount: 0, servedCount: 0, droppedCount: 0 },
    hotAdmittedCount: 0,
    hotRejectedCount: 0,
    sharedCommandsPerSecond: 0,
    neighbourVusPeak: 0,
    neighbourVusMax: 1,
    scheduledStartsKnown: true,
    latenessP99Us: 0,
    cpu: {},
    clockStepMs: 0,
    forkCount: 0,
    expiredKeysPerSecond: 0,
  };
}

function readsIn({ counters, options, stepCount }: Simulation): Reads {
  const { hits, foreign } = counters.sum(options.neighbours, 0, stepCount);
  return { checkedCount: hits, foreignCount: foreign };
}
