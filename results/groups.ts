import { mergeSamples } from './histogram.ts';
import type { MeasuredRound } from './rounds.ts';
import type { NeighbourSamples, Samples, WindowMeasurement } from './window.ts';

/** Which neighbours' samples are looked at together. */
export type Group = 'all' | `tier:${string}` | 'path:hit' | 'path:miss' | `tenant:${string}`;

/** The samples of one group in one window, hits and misses merged unless the group is a path. */
export function samplesOf(window: WindowMeasurement, group: Group): Samples {
  if (group === 'path:hit') return mergeSamples(window.neighbours.map((one) => one.hit));
  if (group === 'path:miss') return mergeSamples(window.neighbours.map((one) => one.miss));
  return mergeSamples(neighboursOf(window, group).flatMap((one) => [one.hit, one.miss]));
}

/** What the neighbours of a group asked, lost and got from the cache in one window. */
export interface Counts {
  readonly requestCount: number;
  readonly failedCount: number;
  readonly hitCount: number;
}

/** Undefined where the group asked nothing. */
export function countsOf(window: WindowMeasurement, group: Group): Counts | undefined {
  let requestCount = 0;
  let failedCount = 0;
  let hitCount = 0;
  for (const one of neighboursOf(window, group)) {
    const failed = one.hit.failedCount + one.miss.failedCount;
    requestCount += one.hit.latencyUs.totalCount + one.miss.latencyUs.totalCount + failed;
    failedCount += failed;
    hitCount += one.observedHitCount;
  }
  return requestCount === 0 ? undefined : { requestCount, failedCount, hitCount };
}

/** Tiers in the order in which the neighbours first show them. */
export function tierGroups(rounds: readonly MeasuredRound[]): Group[] {
  return distinct(rounds, (one) => `tier:${one.tier}`);
}

export function tenantGroups(rounds: readonly MeasuredRound[]): Group[] {
  return distinct(rounds, (one) => `tenant:${one.tenant}`);
}

function neighboursOf(window: WindowMeasurement, group: Group): readonly NeighbourSamples[] {
  if (group.startsWith('tier:')) {
    return window.neighbours.filter((one) => `tier:${one.tier}` === group);
  }
  if (group.startsWith('tenant:')) {
    return window.neighbours.filter((one) => `tenant:${one.tenant}` === group);
  }
  return window.neighbours;
}

function distinct(
  rounds: readonly MeasuredRound[],
  name: (one: NeighbourSamples) => Group,
): Group[] {
  return [...new Set(rounds.flatMap((round) => round.baseline.neighbours.map(name)))];
}
