import { quantileOf } from '../choose.ts';
import { workersFor } from '../knee.ts';
import type { Need } from '../need.ts';
import { lognormalMean } from '../normal.ts';
import type { PlanSpec } from '../spec/schema.ts';
import type { World } from '../world.ts';

/** What the tiers beside Redis need: the back-end's workers, and the service's replicas. */
export interface ServiceAdvice {
  /** Loads at once in the back-end, with the cache and without it. */
  readonly workers: number | undefined;
  readonly workersAtConfidence: number | undefined;
  readonly workersWithoutCache: number | undefined;
  readonly workersToday: number | undefined;
  readonly autoscaling: Autoscaling | undefined;
}

/** Settings of a Kubernetes HorizontalPodAutoscaler for the stateless service. */
export interface Autoscaling {
  readonly minReplicas: number;
  readonly replicas: number;
  readonly maxReplicas: number;
  readonly targetUtilisation: number;
  readonly requestsPerReplica: number;
  /** The controller's own: no change inside 10 %, no scaling down for 300 s. */
  readonly tolerance: number;
  readonly scaleDownSeconds: number;
  /** Spike over the mean that the free share of the replicas bears until new ones are ready. */
  readonly spikeAbsorbed: number;
  readonly reason: string;
}

const TOLERANCE = 0.1;
const SCALE_DOWN_SECONDS = 300;
/** Two replicas survive the loss of one. */
const REPLICAS_MIN = 2;

export function serviceAdvice(
  spec: PlanSpec,
  world: World,
  middle: Need,
  worlds: readonly World[],
  needs: readonly Need[],
): ServiceAdvice {
  const { backendMs } = world;
  const workersOf = (at: World, loads: number) =>
    at.backendMs === undefined ? 0 : workersFor(loads, lognormalMean(at.backendMs));
  const all = needs.map((need, index) => workersOf(worlds[index] ?? world, need.missesPerSecond));
  return {
    workers: backendMs && workersOf(world, middle.missesPerSecond),
    workersAtConfidence: backendMs && quantileOf(all, spec.risk.confidence),
    workersWithoutCache: backendMs && workersOf(world, middle.lookupsPerSecond),
    workersToday: spec.backend?.workers,
    autoscaling: autoscalingOf(spec, world, middle, worlds, needs),
  };
}

function autoscalingOf(
  spec: PlanSpec,
  world: World,
  middle: Need,
  worlds: readonly World[],
  needs: readonly Need[],
): Autoscaling | undefined {
  const { service } = spec;
  if (service === undefined) return undefined;
  const { coresPerReplica, targetUtilisation } = service;
  const replicasFor = (perSecond: number, cpuMs: number) =>
    Math.max(
      REPLICAS_MIN,
      Math.ceil((perSecond * cpuMs) / 1_000 / (coresPerReplica * targetUtilisation)),
    );
  const replicas = replicasFor(middle.lookupsPerSecond, world.cpuMsPerRequest);
  const atLimit = middle.tenants.reduce((sum, { tenant }) => {
    const offered = tenant.offeredPerSecond * tenant.spikeFactor;
    return sum + Math.min(offered, tenant.tier.ratePerSecond) - tenant.admittedPerSecond;
  }, 0);
  const high = quantileOf(
    needs.map((need, index) =>
      replicasFor(need.lookupsPerSecond, worlds[index]?.cpuMsPerRequest ?? world.cpuMsPerRequest),
    ),
    spec.risk.confidence,
  );
  const burst = replicasFor(middle.lookupsPerSecond + atLimit, world.cpuMsPerRequest);
  return {
    // A third of the busy hour: the usual depth of the night.
    minReplicas: Math.max(REPLICAS_MIN, Math.ceil(replicas / 3)),
    replicas,
    maxReplicas: Math.max(high, burst),
    targetUtilisation,
    requestsPerReplica: (1_000 * coresPerReplica * targetUtilisation) / world.cpuMsPerRequest,
    tolerance: TOLERANCE,
    scaleDownSeconds: SCALE_DOWN_SECONDS,
    spikeAbsorbed: 1 / targetUtilisation,
    reason: `${middle.lookupsPerSecond.toFixed(0)} requests/s of ${world.cpuMsPerRequest.toFixed(2)} ms CPU at ${(100 * targetUtilisation).toFixed(0)} % of ${coresPerReplica} cores; at most when every tenant is at its tier's limit`,
  };
}
