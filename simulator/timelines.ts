import type { Simulation } from './simulation.ts';

/** Points of a time-line at most: steps are taken together beyond that. */
const POINTS_MAX = 240;
/** Figures over all tenants: a record stays readable. */
const CELLS_MAX = 60_000;

/** One tenant over time: counts of each point's stretch, and bytes at its end. */
export interface TenantTimeline {
  readonly tenant: string;
  readonly requests: readonly number[];
  readonly hits: readonly number[];
  readonly misses: readonly number[];
  readonly answered: readonly number[];
  readonly latencySumUs: readonly number[];
  readonly throttled: readonly number[];
  /** Of the tenant's own and the server's eviction. */
  readonly evicted: readonly number[];
  readonly usageBytes: readonly number[];
}

export interface Timelines {
  /** Length of a point's stretch, in seconds. */
  readonly pointS: number;
  readonly tenants: readonly TenantTimeline[];
}

/** What each tenant got in the course of a run, as far as it has come. */
export function timelinesOf(simulation: Simulation): Timelines {
  const { options, counters, stepCount, usageBytes } = simulation;
  const { tenants, intervalS } = options;
  const points = Math.max(1, Math.min(POINTS_MAX, Math.floor(CELLS_MAX / tenants.length)));
  const stepsAPoint = Math.ceil(stepCount / points);
  const starts: number[] = [];
  for (let step = 0; step < stepCount; step += stepsAPoint) starts.push(step);
  return {
    pointS: stepsAPoint * intervalS,
    tenants: tenants.map(({ tenant }, place) => {
      const stretches = starts.map((from) => {
        const to = Math.min(stepCount, from + stepsAPoint);
        const counts = counters.sum([place], from, to);
        return { counts, bytes: usageBytes[(to - 1) * tenants.length + place] as number };
      });
      return {
        tenant,
        requests: stretches.map(({ counts }) => counts.requests),
        hits: stretches.map(({ counts }) => counts.hits),
        misses: stretches.map(({ counts }) => counts.misses),
        answered: stretches.map(({ counts }) => counts.hits + counts.loaded),
        latencySumUs: stretches.map(({ counts }) => Math.round(counts.latencySumUs)),
        throttled: stretches.map(({ counts }) => counts.throttledByStore + counts.throttledLocally),
        evicted: stretches.map(({ counts }) => counts.evicted + counts.serverEvicted),
        usageBytes: stretches.map(({ bytes }) => bytes),
      };
    }),
  };
}
