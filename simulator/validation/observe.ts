import type { RequestList } from './draw-requests.ts';
import {
  type Answers,
  type GroupFigures,
  groupsOf,
  type RunFigures,
  type TenantFigures,
} from './figures.ts';
import type { LiveObservation } from './live-load.ts';
import { ARRIVING_S, SETTLING_S, type Workload } from './workloads.ts';

const HIT = 0;
const LOADED = 1;
const REJECTED = 2;

/** Figures of a live run, from what became of each request. Requests without an answer failed. */
export function observe(
  { options }: Workload,
  list: RequestList,
  observation: LiveObservation,
): RunFigures {
  const { tenants } = options;
  const { usage, outcomes } = observation;
  const measured = placesWithin(list, SETTLING_S * 1e6, ARRIVING_S * 1e6);
  const groups = groupsOf(tenants).map((group): GroupFigures => {
    const isOf = (tenant: number) => group === 'all' || tenants[tenant]?.tier.name === group;
    const own = measured.filter((n) => isOf(list.tenants[n] as number));
    const ended = (...codes: number[]) => own.filter((n) => codes.includes(outcomes[n] as number));
    const answers = (...codes: number[]) =>
      summarise(ended(...codes).map((n) => observation.latencyUs[n] as number));
    const counted = usage.filter((_, tenant) => isOf(tenant));
    const throttledCount = ended(REJECTED).length;
    const answered = answers(HIT, LOADED);
    return {
      group,
      requestCount: own.length,
      answered,
      hits: answers(HIT),
      loaded: answers(LOADED),
      throttledCount,
      failedCount: own.length - answered.count - throttledCount,
      evictedCount: sum(counted.map(({ evictedCount }) => evictedCount)),
      expiredCount: sum(counted.map(({ expiredCount }) => expiredCount)),
    };
  });
  const ofTenants = tenants.map(({ tenant }, place): TenantFigures => {
    const own = measured.filter((n) => list.tenants[n] === place);
    const admitted = own.filter((n) => outcomes[n] !== REJECTED);
    const hitCount = own.filter((n) => outcomes[n] === HIT).length;
    return {
      tenant,
      missRatio: 1 - hitCount / admitted.length,
      usageBytes: usage[place]?.usageBytes ?? 0,
    };
  });
  return { groups, tenants: ofTenants, backendBusyShare: observation.backendBusyShare };
}

function placesWithin({ atUs }: RequestList, fromUs: number, toUs: number): number[] {
  const places: number[] = [];
  atUs.forEach((us, n) => {
    if (us >= fromUs && us < toUs) places.push(n);
  });
  return places;
}

function summarise(latenciesUs: readonly number[]): Answers {
  const sorted = Float64Array.from(latenciesUs).sort();
  const count = sorted.length;
  const meanUs = count === 0 ? 0 : sum(latenciesUs) / count;
  return { count, meanUs, p99Us: sorted[Math.ceil(0.99 * count) - 1] ?? 0 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
