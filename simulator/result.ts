import type { ArraySpace } from './array-space.ts';
import type { Checkers } from './checkers/make-checkers.ts';
import { type Counts, failureCount, hitRatio } from './counters.ts';
import { type LatencySummary, latencyRow, PATHS } from './latency-table.ts';
import type { SimulationOptions, TenantOptions } from './options.ts';
import type { Simulation } from './simulation.ts';
import { stepsBefore } from './steps.ts';

/** What happened to one tenant, one tier or all together, over a stretch of the run. */
export interface Share {
  readonly counts: Counts;
  /** Rejected by the store, the deny list or the local share of the limit. */
  readonly throttledCount: number;
  readonly failureCount: number;
  /** Hits over hits and misses; null without lookups. */
  readonly hitRatio: number | null;
  /** Of answered requests, hits and loads, from their scheduled time; failures are counted apart. */
  readonly latency: LatencySummary;
}

export interface TenantResult extends Share {
  readonly tenant: string;
  readonly tier: string;
  readonly shard: number;
  /** At the end. */
  readonly usageBytes: number;
  readonly entryCount: number;
  readonly quotaBytes: number;
}

export interface TierResult extends Share {
  readonly tier: string;
  readonly tenantCount: number;
  readonly usageBytes: number;
  readonly entryCount: number;
}

export interface PhaseResult {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
  readonly total: Share;
  /** The observed tenants together. */
  readonly neighbours: Share;
  readonly tenants: readonly Share[];
}

export interface ShardResult {
  /** Busy time over the run's. */
  readonly utilisation: number;
  readonly commandCount: number;
  readonly usedBytes: number;
  readonly tenantCount: number;
}

export interface BackendResult {
  /** Busy time of all workers over theirs. */
  readonly utilisation: number;
  readonly servedCount: number;
  readonly refusedCount: number;
  readonly abandonedCount: number;
  readonly queuedPeak: number;
}

/** What the checkers saw. */
export interface CheckersResult {
  readonly names: readonly string[];
  /** The first hundred of each checker. */
  readonly violations: readonly {
    readonly checker: string;
    readonly atS: number;
    /** Null where it is no tenant's alone. */
    readonly tenant: string | null;
    readonly message: string;
  }[];
  /** Least over the calm steps, of answered shares of tenants within their limits. */
  readonly jainsIndexMin: number;
  readonly minMaxRatioMin: number;
  /** Steps that were looked at for these. */
  readonly fairStepCount: number;
}

/** One step of the time-line, all tenants together. */
export interface StepResult {
  readonly fromS: number;
  readonly counts: Counts;
}

export interface SimulationResult {
  readonly seed: number;
  readonly simulatedS: number;
  readonly requestCount: number;
  /** Arrivals and events that were carried out. */
  readonly eventCount: number;
  /** Requests not yet answered at the end. */
  readonly unfinishedCount: number;
  readonly total: Share;
  readonly tiers: readonly TierResult[];
  readonly tenants: readonly TenantResult[];
  readonly phases: readonly PhaseResult[];
  readonly shards: readonly ShardResult[];
  readonly backend: BackendResult;
  readonly timeline: readonly StepResult[];
  readonly checkers: CheckersResult;
}

/** What a run came to; it may be read before its end too. */
export function resultOf(
  seed: number,
  simulation: Simulation,
  checkers: Checkers,
): SimulationResult {
  const { options, deployment, counters, stepCount, backend, queue } = simulation;
  const { tenants, intervalS } = options;
  const all = tenants.map((_, tenant) => tenant);
  const whole = (rows: readonly number[]) => shareOf(simulation, rows, 0, stepCount, allPhases);
  const allPhases = options.phases.map((_, phase) => phase);
  const ofTenants = tenants.map((one, tenant) => {
    const { usageBytes, entryCount } = deployment.spaces[tenant] as ArraySpace;
    return {
      tenant: one.tenant,
      tier: one.tier.name,
      shard: deployment.shardOf[tenant] as number,
      ...whole([tenant]),
      usageBytes,
      entryCount,
      quotaBytes: one.tier.quotaBytes,
    };
  });
  const simulatedS = simulation.nowUs / 1e6;
  return {
    seed,
    simulatedS,
    requestCount: simulation.requestCount,
    eventCount: simulation.requestCount + queue.total - queue.size,
    unfinishedCount: simulation.unfinishedCount,
    total: whole(all),
    tiers: tierNames(tenants).map((tier) => {
      const rows = all.filter((tenant) => tenants[tenant]?.tier.name === tier);
      const own = rows.map((tenant) => ofTenants[tenant] as TenantResult);
      return {
        tier,
        tenantCount: rows.length,
        ...whole(rows),
        usageBytes: own.reduce((sum, one) => sum + one.usageBytes, 0),
        entryCount: own.reduce((sum, one) => sum + one.entryCount, 0),
      };
    }),
    tenants: ofTenants,
    phases: phasesOf(simulation, all),
    shards: deployment.shards.map((shard, index) => ({
      utilisation: simulatedS === 0 ? 0 : shard.busyUs / simulation.nowUs,
      commandCount: shard.commandCount,
      usedBytes: shard.usedBytes,
      tenantCount: deployment.shardOf.filter((one) => one === index).length,
    })),
    backend: {
      utilisation:
        simulatedS === 0 ? 0 : backend.busyUs / (simulation.nowUs * options.backend.workers),
      servedCount: backend.servedCount,
      refusedCount: backend.refusedCount,
      abandonedCount: backend.abandonedCount,
      queuedPeak: backend.queuedPeak,
    },
    timeline: Array.from({ length: stepCount }, (_, step) => ({
      fromS: step * intervalS,
      counts: counters.sum(all, step, step + 1),
    })),
    checkers: checkersResult(checkers, options),
  };
}

function checkersResult(
  { all, fairness }: Checkers,
  { tenants }: SimulationOptions,
): CheckersResult {
  return {
    names: all.map(({ name }) => name),
    violations: all.flatMap(({ violations }) =>
      violations.map(({ checker, atUs, tenant, message }) => ({
        checker,
        atS: atUs / 1e6,
        tenant: tenants[tenant]?.tenant ?? null,
        message,
      })),
    ),
    jainsIndexMin: fairness.jainMin,
    minMaxRatioMin: fairness.minMaxMin,
    fairStepCount: fairness.stepCount,
  };
}

/** Counts of the steps and latencies of the phases, of some tenants together. */
export function shareOf(
  simulation: Simulation,
  tenants: readonly number[],
  fromStep: number,
  toStep: number,
  phases: readonly number[],
): Share {
  const counts = simulation.counters.sum(tenants, fromStep, toStep);
  const rows = latencyRows(simulation, tenants, phases);
  return {
    counts,
    throttledCount: counts.throttledByStore + counts.throttledLocally,
    failureCount: failureCount(counts),
    hitRatio: hitRatio(counts) ?? null,
    latency: simulation.latencies.summarise(rows),
  };
}

/** Rows of some tenants' answers over some phases, on both paths. */
export function latencyRows(
  { windows, options }: Simulation,
  tenants: readonly number[],
  phases: readonly number[],
): number[] {
  const tenantCount = options.tenants.length;
  return windows.flatMap(({ phase }, window) =>
    phases.includes(phase)
      ? tenants.flatMap((tenant) =>
          PATHS.map((path) => latencyRow(window, tenantCount, tenant, path)),
        )
      : [],
  );
}

function phasesOf(simulation: Simulation, all: readonly number[]): PhaseResult[] {
  const { phases, intervalS, durationS, neighbours } = simulation.options;
  return phases.map(({ name, fromS }, phase) => {
    const toS = phases[phase + 1]?.fromS ?? durationS;
    const from = stepsBefore(fromS, intervalS);
    const to = phase + 1 < phases.length ? stepsBefore(toS, intervalS) : simulation.stepCount;
    return {
      name,
      fromS,
      toS,
      total: shareOf(simulation, all, from, to, [phase]),
      neighbours: shareOf(simulation, neighbours, from, to, [phase]),
      tenants: all.map((tenant) => shareOf(simulation, [tenant], from, to, [phase])),
    };
  });
}

function tierNames(tenants: readonly TenantOptions[]): string[] {
  return [...new Set(tenants.map(({ tier }) => tier.name))];
}
