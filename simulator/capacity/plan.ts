import { createHash } from 'node:crypto';
import { counted } from '../../results/counted.ts';
import { type Anomaly, findAnomalies } from './advice/anomalies.ts';
import { type DecisionCard, decide } from './advice/decision.ts';
import { type IsolationScore, isolationScore } from './advice/isolation.ts';
import { type Placement, placeTenants } from './advice/placement.ts';
import { comparePublished, type PublishedPoint } from './advice/published.ts';
import { type Influence, influences } from './advice/sensitivity.ts';
import { type ServiceAdvice, serviceAdvice } from './advice/service.ts';
import { checkBySimulation, type SimulationCheck } from './advice/simulation-check.ts';
import { type WhatIf, whatIfs } from './advice/what-if.ts';
import { type Calibration, calibrate, type Measurements } from './calibration.ts';
import { type Choice, chooseOptions, type JudgedOption } from './choose.ts';
import type { Cluster } from './cluster.ts';
import { costOfTenants, type TenantCost } from './cost.ts';
import type { TraceStudy } from './curve/trace-study.ts';
import { type CurveRow, curveRows } from './curves.ts';
import { drawsOf, MIDDLE } from './draws.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type KneeReport, kneeReport } from './knee-report.ts';
import type { LiveCheck } from './live/held-back.ts';
import { type MemorySum, memorySum } from './memory-sum.ts';
import { type Need, needOf } from './need.ts';
import { capacityOf, nodeOf } from './options.ts';
import { type Overcommit, overcommitOf } from './overcommit.ts';
import { SHIPPED_PRICES } from './prices.ts';
import type { PlanSpec, PriceList } from './spec/schema.ts';
import { type Paths, type TenantRow, type TierRow, tenantRows, tierRows } from './tiers.ts';
import { makeWorld, type TraceStudies, type World, type WorldSource } from './world.ts';

export interface PlanOptions {
  readonly seed: number;
  /** Worlds drawn from the intervals. */
  readonly worldCount: number;
  /** The day the plan is made for, where the spec names none. */
  readonly today: string;
  readonly measured: Measurements;
  readonly traces: TraceStudies;
  /** Whether the formulas are checked by the simulator: some seconds. */
  readonly simulate?: boolean;
  /** The formulas against a live run, where one was made. */
  readonly live?: LiveCheck | undefined;
  /** Told after each step. */
  readonly onStep?: (done: number, total: number, doing: string) => void;
}

/** Everything a report says, as data. */
export interface Plan {
  readonly name: string;
  readonly seed: number;
  readonly worldCount: number;
  readonly asOf: string;
  readonly spec: PlanSpec;
  /** SHA-256 of the spec as it was understood, defaults filled in. */
  readonly specDigest: string;
  readonly traces: readonly { readonly file: string; readonly study: TraceStudy }[];
  readonly prices: PriceList;
  readonly calibration: Calibration;
  readonly middle: Need;
  readonly world: World;
  readonly worlds: readonly World[];
  readonly needs: readonly Need[];
  readonly paths: Paths;
  readonly choice: Choice;
  readonly recommended: JudgedOption | undefined;
  readonly cluster: Cluster | undefined;
  readonly current: Cluster | undefined;
  readonly memory: MemorySum;
  readonly knee: KneeReport | undefined;
  readonly currentKnee: KneeReport | undefined;
  readonly tiers: readonly TierRow[];
  readonly tenants: readonly TenantRow[];
  readonly curves: readonly CurveRow[];
  readonly costs: readonly TenantCost[];
  readonly costPerMonth: number | undefined;
  readonly forecast: Forecast | undefined;
  readonly overcommit: Overcommit | undefined;
  readonly service: ServiceAdvice;
  readonly whatIfs: readonly WhatIf[];
  readonly isolation: IsolationScore | undefined;
  readonly placement: Placement | undefined;
  readonly anomalies: readonly Anomaly[];
  readonly simulation: SimulationCheck | undefined;
  readonly live: LiveCheck | undefined;
  readonly influences: readonly Influence[];
  readonly decision: DecisionCard | undefined;
  readonly published: readonly PublishedPoint[];
  readonly warnings: readonly string[];
}

/** Steps that progress is told of. */
const WORLD_STEP = 64;

/** A plan: the middle world in detail, and every choice made over all the worlds. */
export function makePlan(spec: PlanSpec, options: PlanOptions): Plan {
  const prices = spec.prices ?? SHIPPED_PRICES;
  const calibration = calibrate(spec, options.measured);
  const source: WorldSource = { spec, calibration, traces: options.traces };
  const world = makeWorld(source, MIDDLE);
  const middle = needOf(world);
  const { worlds, needs } = drawWorlds(source, options);

  const choice = chooseOptions(spec, prices, needs, middle);
  const recommended = choice.ranked[0];
  const cluster = recommended && clusterOf(recommended, spec);
  const current = currentCluster(spec, prices);
  const edge = cluster ?? current;
  const costPerMonth = recommended && recommended.option.pricePerMonth * world.currencyPerPriceUnit;
  const knee = cluster && kneeReport(middle, world, cluster);
  const asOf = spec.asOf ?? options.today;
  const paths = pathsOf(spec, world, middle, knee);

  const decision =
    costPerMonth === undefined
      ? undefined
      : decide({ spec, prices, world, middle, sharedCostPerMonth: costPerMonth });

  const plan = {
    name: spec.name,
    seed: options.seed,
    worldCount: options.worldCount,
    asOf,
    spec,
    specDigest: createHash('sha256').update(JSON.stringify(spec)).digest('hex'),
    traces: [...options.traces].map(([file, study]) => ({ file, study })),
    prices,
    calibration,
    middle,
    world,
    worlds,
    needs,
    choice,
    recommended,
    cluster,
    current,
    memory: memorySum(middle, edge?.masters ?? 1, spec),
    knee,
    currentKnee: current && kneeReport(middle, world, current),
    paths,
    tiers: tierRows(spec, middle, paths),
    tenants: tenantRows(middle, paths),
    curves: curveRows(middle.tenants),
    costs: costs(middle, world, costPerMonth, knee),
    costPerMonth,
    forecast: edge && forecast(needs, worlds, edge.capacity, asOf),
    overcommit: edge && overcommitOf(needs, worlds, edge.capacity, spec.risk.overcommit),
    service: serviceAdvice(spec, world, middle, worlds, needs),
    whatIfs: edge === undefined ? [] : whatIfs(source, edge),
    isolation: edge && isolationScore(world, edge),
    placement: edge && placeTenants(middle, world, edge),
    anomalies: findAnomalies(spec.tenants),
    simulation: options.simulate
      ? checkBySimulation({ spec, world, need: middle, cluster: edge, seed: options.seed })
      : undefined,
    live: options.live,
    influences: influences(source),
    decision,
    warnings: warningsOf(spec, middle, choice),
  };
  return { ...plan, published: decision === undefined ? [] : comparePublished(plan, decision) };
}

function drawWorlds(
  source: WorldSource,
  { seed, worldCount, onStep }: PlanOptions,
): { worlds: World[]; needs: Need[] } {
  const worlds: World[] = [];
  const needs: Need[] = [];
  for (let index = 0; index < worldCount; index += 1) {
    const world = makeWorld(source, drawsOf(seed, index));
    worlds.push(world);
    needs.push(needOf(world));
    if ((index + 1) % WORLD_STEP === 0) onStep?.(index + 1, worldCount, 'worlds drawn');
  }
  return { worlds, needs };
}

function clusterOf({ option }: JudgedOption, spec: PlanSpec): Cluster {
  const node = nodeOf(option.shape);
  const { masters, replicas } = option;
  const capacity = capacityOf(node, masters, spec);
  return { name: `${masters} x ${option.shape.name}`, node, masters, replicas, capacity };
}

/** A network card that nobody named is taken as one that does not limit. */
const UNKNOWN_NETWORK_MBPS = 10_000;

function currentCluster(spec: PlanSpec, prices: PriceList): Cluster | undefined {
  const { current } = spec;
  if (current === undefined) return undefined;
  const { masters, replicas } = current;
  const shape = prices.shapes.find(({ name }) => name === current.shape);
  const node =
    shape !== undefined
      ? nodeOf(shape)
      : { memoryBytes: (current.memoryGiB ?? 0) * 2 ** 30, networkMbps: UNKNOWN_NETWORK_MBPS };
  const name = `${masters} x ${shape?.name ?? `${current.memoryGiB} GiB`}`;
  return { name, node, masters, replicas, capacity: capacityOf(node, masters, spec) };
}

/** Client, network and kernel around a hit, beside the server's own time: a usual data centre's. */
const NETWORK_MS = 0.3;

function pathsOf(spec: PlanSpec, world: World, need: Need, knee: KneeReport | undefined): Paths {
  const { backendMs } = world;
  const hitMs = NETWORK_MS + Math.min(knee?.hitMsP99 ?? 1, 1_000);
  if (backendMs === undefined) return { hitMs, miss: undefined };
  const workers = spec.backend?.workers;
  return { hitMs, miss: { serviceMs: backendMs, workers, loadsPerSecond: need.missesPerSecond } };
}

function costs(
  need: Need,
  world: World,
  costPerMonth: number | undefined,
  knee: KneeReport | undefined,
): TenantCost[] {
  if (costPerMonth === undefined || knee === undefined) return [];
  return costOfTenants(need, Math.round(100 * costPerMonth), knee.load, world);
}

function warningsOf(spec: PlanSpec, need: Need, choice: Choice): string[] {
  const warnings: string[] = [];
  const throttled = need.tenants.filter(
    ({ tenant }) => tenant.offeredPerSecond > tenant.admittedPerSecond,
  );
  if (throttled.length > 0) {
    warnings.push(
      `${counted(throttled.length, 'tenant asks', 'tenants ask')} for more than the tier admits; the plan counts what is admitted`,
    );
  }
  if (choice.ranked.length === 0) {
    warnings.push('no allowed cluster keeps the promise: see the rejected options');
  }
  if (spec.backend === undefined) {
    warnings.push('the spec names no back-end: response times of misses are left out');
  }
  return warnings;
}
