import type { ArraySpace } from '../array-space.ts';
import type { Counts } from '../counters.ts';
import { failureCount } from '../counters.ts';
import { HIT_PATH, LOAD_PATH, latencyRow, PATHS } from '../latency-table.ts';
import { Simulation } from '../simulation.ts';
import type { Calibration } from './calibration.ts';
import type { RequestList } from './draw-requests.ts';
import { type Answers, type GroupFigures, groupsOf, type RunFigures } from './figures.ts';
import { ARRIVING_S, SETTLING_S, type Workload } from './workloads.ts';

/** Index of the phase that is compared. */
const MEASURED = 1;
const MEASURED_US = (ARRIVING_S - SETTLING_S) * 1e6;

/** The figures of a workload, from the same requests in virtual time. */
export function predict(
  { options, seed }: Workload,
  list: RequestList,
  calibration: Calibration,
): RunFigures {
  const { tenants, redis, client, durationS } = options;
  const { networkUs, backendNetworkUs, backendJitterUs, lookupUs, putUs } = calibration;
  const simulation = new Simulation(seed, {
    ...options,
    tenants: tenants.map((one) => ({ ...one, arrivals: { kind: 'none' } })),
    redis: { ...redis, lookupUs, rejectUs: lookupUs, putUs },
    client: { ...client, networkUs, backendNetworkUs, backendJitterUs },
  });
  let settlingUs = 0;
  list.atUs.forEach((atUs, n) => {
    if (atUs < SETTLING_S * 1e6) settlingUs = simulation.backend.busyUs;
    simulation.advanceTo(atUs);
    simulation.request(list.tenants[n] as number, list.keys[n] as number);
  });
  simulation.advanceTo(durationS * 1e6);

  const { counters, stepCount, deployment, backend } = simulation;
  const groups = groupsOf(tenants).map((group): GroupFigures => {
    const rows = tenants.flatMap(({ tier }, tenant) =>
      group === 'all' || tier.name === group ? [tenant] : [],
    );
    const measured = counters.sum(rows, SETTLING_S, ARRIVING_S);
    const toTheEnd = counters.sum(rows, SETTLING_S, stepCount);
    return {
      group,
      requestCount: measured.requests,
      answered: answersOf(simulation, rows, PATHS),
      hits: answersOf(simulation, rows, [HIT_PATH]),
      loaded: answersOf(simulation, rows, [LOAD_PATH]),
      throttledCount: measured.throttledByStore,
      failedCount: failureCount(measured),
      evictedCount: toTheEnd.evicted,
      expiredCount: toTheEnd.expired,
    };
  });
  return {
    groups,
    tenants: tenants.map(({ tenant }, place) => ({
      tenant,
      missRatio: missRatioOf(counters.sum([place], SETTLING_S, ARRIVING_S)),
      usageBytes: (deployment.spaces[place] as ArraySpace).usageBytes,
    })),
    backendBusyShare: (backend.busyUs - settlingUs) / (MEASURED_US * options.backend.workers),
  };
}

function answersOf(
  { latencies, options }: Simulation,
  tenants: readonly number[],
  paths: readonly number[],
): Answers {
  const rows = tenants.flatMap((tenant) =>
    paths.map((path) => latencyRow(MEASURED, options.tenants.length, tenant, path)),
  );
  const { count, meanUs, p99Us } = latencies.summarise(rows);
  return { count, meanUs, p99Us };
}

function missRatioOf({ hits, misses }: Counts): number {
  return misses / (hits + misses);
}
