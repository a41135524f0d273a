import { optionProblems } from '../../check-options.ts';
import { PROTECTIONS, type SimulationOptions } from '../../options.ts';
import type { SimulationResult } from '../../result.ts';
import { simulate } from '../../simulate.ts';
import { ratePerSecond } from '../../warm-up.ts';
import type { Cluster } from '../cluster.ts';
import type { Need, TenantUse } from '../need.ts';
import type { PlanSpec } from '../spec/schema.ts';
import type { World } from '../world.ts';
import { lossOptions, spikeOptions, steadyOptions, TAKEOVER_S } from './checked-deployments.ts';

/**
 * The plan's formulas against the simulator, which runs the cache's own policy, tenant by tenant.
 * A part that was left out has no rows.
 */
export interface SimulationCheck {
  readonly rows: readonly SimulatedTenant[];
  readonly requestCount: number;
  readonly simulatedS: number;
  /** The others: before the spike, under it, and without limiter. */
  readonly spikes: readonly SimulatedRow[];
  /** All: before a node of the cluster is lost, while nobody serves for it, and afterwards. */
  readonly losses: readonly SimulatedRow[];
  /** What of it was not made and why, a sentence each. */
  readonly leftOut: readonly string[];
}

export interface SimulatedTenant {
  readonly tenant: string;
  readonly planHitRatio: number;
  readonly simulatedHitRatio: number;
  readonly planEntries: number;
  readonly simulatedEntries: number;
}

/** How tenants fare over a stretch of a simulated run. */
export interface SimulatedRow {
  readonly what: string;
  readonly msP99: number;
  /** Of requests that asked the cache. */
  readonly hitRatio: number;
  /** Requests a second that were answered by a load. */
  readonly loadsPerSecond: number;
  readonly failedShare: number;
}

/** More would keep the reader waiting: about four seconds. */
const REQUESTS_MAX = 6e6;
/** Of all tenants of a run: a quarter of a gigabyte. */
const KEYS_MAX = 8e6;
/** Tenants of each tier that a node's loss is simulated with. */
const LOSS_TENANTS = 4;

/**
 * Simulates the middle tenant of each tier on one shard until its entries' lives are over; then the
 * busiest of them spikes; then a node is lost under some tenants of each tier. What the simulator
 * cannot play, or not while somebody waits, is left out, and why is said. The back-end is fast here
 * (what is checked is the cache), and TTL jitter and early refresh, which the formulas leave out,
 * are off.
 */
export function checkBySimulation({
  spec,
  world,
  need,
  cluster,
  seed,
}: CheckSource): SimulationCheck {
  const leftOut: string[] = [];
  const isPlayed = (what: string, uses: readonly TenantUse[], options: SimulationOptions) => {
    const why = obstacleTo(uses, options, seed);
    if (why !== undefined) leftOut.push(`${what} not simulated: ${why}.`);
    return why === undefined;
  };
  const sample = someOfEachTier(need, 1);
  const settleS = Math.ceil(Math.max(...sample.map(({ tenant }) => tenant.tier.ttlSeconds)));
  const steady = steadyOptions(world, sample, settleS);
  const spike = spikeOptions(steady, spec);
  const result = isPlayed('Hits and entries are', sample, steady)
    ? simulate(seed, steady)
    : undefined;
  const spikes = isPlayed('A spike is', sample, spike) ? spikeRows(seed, spike) : [];
  const some = someOfEachTier(need, LOSS_TENANTS);
  const loss = cluster && lossOptions(steadyOptions(world, some, 1), cluster);
  const losses =
    loss !== undefined && isPlayed('The loss of a node is', some, loss) ? lossRows(seed, loss) : [];
  return {
    rows: result === undefined ? [] : sample.map((use, index) => rowOf(use, result, index)),
    requestCount: result?.requestCount ?? 0,
    simulatedS: result?.simulatedS ?? 0,
    spikes,
    losses,
    leftOut,
  };
}

export interface CheckSource {
  readonly spec: PlanSpec;
  readonly world: World;
  readonly need: Need;
  /** Whose node is lost; without one none is. */
  readonly cluster: Cluster | undefined;
  readonly seed: number;
}

/** So many tenants of each tier, evenly from its busiest to its quietest. */
function someOfEachTier({ tenants }: Need, count: number): TenantUse[] {
  const tiers = [...new Set(tenants.map((use) => use.tenant.tierName))];
  return tiers.flatMap((tier) => {
    const ofTier = tenants.filter((use) => use.tenant.tierName === tier);
    const some = Math.min(count, ofTier.length);
    return Array.from({ length: some }, (_, at) => {
      const use = ofTier[Math.floor(((at + 0.5) * ofTier.length) / some)];
      return use === undefined ? [] : [use];
    }).flat();
  });
}

/** Why the simulator does not play these tenants so; undefined where it does. */
function obstacleTo(
  uses: readonly TenantUse[],
  options: SimulationOptions,
  seed: number,
): string | undefined {
  const traced = uses.find(({ tenant }) => tenant.trace !== undefined);
  if (traced) return `${traced.tenant.id} is known by a trace, which is no law to draw keys from`;
  const late = uses.find(({ tenant }) => tenant.fillShare < 1);
  if (late) {
    return `loads of ${late.tenant.id} beyond its deadline fill nothing, and a fast back-end has none`;
  }
  const [problem] = optionProblems(seed, options);
  if (problem) {
    return `${problem.field} is ${problem.value}, and the simulator takes ${problem.expected}`;
  }
  const spell = (count: number) => Math.round(count).toLocaleString('en-US');
  const requests = requestCountOf(options);
  if (requests > REQUESTS_MAX) {
    return `it would take ${spell(requests)} requests, and ${spell(REQUESTS_MAX)} are the most`;
  }
  const keys = options.tenants.reduce((sum, { popularity }) => sum + popularity.keys, 0);
  if (keys <= KEYS_MAX) return undefined;
  return `its tenants have ${spell(keys)} keys, and ${spell(KEYS_MAX)} are the most`;
}

function requestCountOf({ tenants, durationS }: SimulationOptions): number {
  return tenants.reduce((sum, { arrivals }) => {
    const ordinary = ratePerSecond(arrivals);
    if (arrivals.kind !== 'spike') return sum + ordinary * durationS;
    const more = arrivals.spikeRatePerSecond - ordinary;
    return sum + ordinary * durationS + more * (arrivals.toS - arrivals.fromS);
  }, 0);
}

function spikeRows(seed: number, options: SimulationOptions): SimulatedRow[] {
  const unlimited = PROTECTIONS.filter((one) => one !== 'limiter');
  return [
    ...phaseRows(simulate(seed, options), ['before the spike', 'spike, all protections on']),
    ...phaseRows(simulate(seed, { ...options, protections: unlimited }), [
      undefined,
      'spike, no limiter',
    ]),
  ];
}

function rowOf(use: TenantUse, result: SimulationResult, index: number): SimulatedTenant {
  const steady = result.phases[1]?.tenants[index];
  return {
    tenant: use.tenant.id,
    planHitRatio: use.hitRatio,
    simulatedHitRatio: steady?.hitRatio ?? Number.NaN,
    planEntries: use.usageBytes / use.tenant.entryBytes,
    simulatedEntries: result.tenants[index]?.entryCount ?? Number.NaN,
  };
}

function lossRows(seed: number, options: SimulationOptions): SimulatedRow[] {
  const takesOver = options.faults.some(({ kind }) => kind === 'failover');
  return phaseRows(simulate(seed, options), [
    'before',
    `one of ${options.redis.shards} masters gone, ${TAKEOVER_S} s`,
    takesOver ? 'its replica serves' : 'still gone: there is no replica',
  ]);
}

/** A row for each phase that has a name here. */
function phaseRows(
  { phases }: SimulationResult,
  names: readonly (string | undefined)[],
): SimulatedRow[] {
  return names.flatMap((what, at) => {
    const phase = phases[at];
    if (what === undefined || phase === undefined) return [];
    const { latency, hitRatio, failureCount, counts } = phase.neighbours;
    return {
      what,
      msP99: latency.p99Us / 1_000,
      hitRatio: hitRatio ?? Number.NaN,
      loadsPerSecond: counts.loaded / (phase.toS - phase.fromS),
      failedShare: failureCount / Math.max(1, counts.requests),
    };
  });
}
