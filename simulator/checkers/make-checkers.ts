import { isOn } from '../deployment.ts';
import type { Fault } from '../faults.ts';
import type { SimulationOptions } from '../options.ts';
import type { Simulation } from '../simulation.ts';
import { AccountingChecker } from './accounting.ts';
import { FairnessChecker } from './fairness.ts';
import { LeakChecker } from './leak.ts';
import type { Observer } from './observer.ts';
import { QuotaChecker } from './quota.ts';
import { RecoveryChecker } from './recovery.ts';
import { StalenessChecker } from './staleness.ts';

/** The checkers of a run, each by its name too. */
export interface Checkers {
  readonly all: readonly Observer[];
  readonly fairness: FairnessChecker;
}

/**
 * Every checker of what is promised to a run of these options: quotas where tenants evict their
 * own, and no stale answers where an invalidation reaches its own tenant alone.
 */
export function makeCheckers({ options, deployment, stepCount }: Simulation): Checkers {
  const { tenants, protections, invalidations, intervalS } = options;
  const isCalm = calmIn(options);
  const fairness = new FairnessChecker({
    limitPerSecond: tenants.map(({ tier }) => tier.ratePerSecond),
    stepS: intervalS,
    isCalm,
  });
  const isDrained = lastArrivalS(options) < options.durationS - DRAIN_S;
  const all: Observer[] = [
    new LeakChecker(),
    new AccountingChecker(stepCount),
    fairness,
    new RecoveryChecker({ isCalm, isDrained }),
  ];
  if (isOn(protections, 'tenant-eviction')) {
    all.push(new QuotaChecker(tenants.map(({ tier }) => tier)));
  }
  if (isOn(protections, 'scoped-invalidation')) {
    all.push(new StalenessChecker(deployment.entryBase, invalidations.length > 0));
  }
  return { all, fairness };
}

/** From the last arrival to the end: longer than any deadline and pause there is. */
export const DRAIN_S = 10;
/** What a deployment is given to be itself again after a fault. */
export const RECOVERY_S = 60;
/** An empty cache is no fault, but the load that fills it is not an ordinary one. */
const COLD_S = 1200;

/** Whether no fault, and no recovery from one, falls between two times. */
export function calmIn(options: SimulationOptions): (fromUs: number, toUs: number) => boolean {
  const troubles = options.faults
    .filter(({ kind }) => kind !== 'expire-key')
    .map((fault) => ({ fromUs: fault.atS * 1e6, toUs: (endOf(fault) + RECOVERY_S) * 1e6 }));
  if (!options.isWarm) troubles.push({ fromUs: 0, toUs: COLD_S * 1e6 });
  return (fromUs, toUs) => troubles.every((one) => toUs <= one.fromUs || fromUs >= one.toUs);
}

function endOf(fault: Fault): number {
  if (fault.kind === 'lost-shard') return Number.POSITIVE_INFINITY;
  return fault.atS + ('forS' in fault ? fault.forS : 0);
}

/** When the last tenant stops asking: after the end, for most. */
function lastArrivalS({ tenants, durationS }: SimulationOptions): number {
  const ends = tenants.map(({ arrivals }) => {
    if (arrivals.kind === 'none') return 0;
    const isEnding = arrivals.kind === 'spike' && arrivals.spikeRatePerSecond === 0;
    return isEnding && arrivals.toS >= durationS ? arrivals.fromS : durationS;
  });
  return Math.max(...ends);
}
