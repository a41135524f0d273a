import type { Need } from './need.ts';
import {
  allowedShapes,
  bottleneckOf,
  type ClusterOption,
  capacityOf,
  leastMasters,
  loadOf,
  makeOption,
  nextMasters,
  nodeOf,
  type Resource,
} from './options.ts';
import type { PlanSpec, PriceList, Shape } from './spec/schema.ts';

/** An option, and how it does over all the worlds. */
export interface JudgedOption {
  readonly option: ClusterOption;
  /** Share of worlds in which everything fits, reserve kept. */
  readonly keepsProbability: number;
  /** Mean over the worlds, in the price list's currency a month. */
  readonly regret: number;
  readonly regretOf: {
    readonly spend: number;
    readonly memory: number;
    readonly processing: number;
    readonly operations: number;
  };
  /** The resource that is short first, in the worlds where it matters. */
  readonly bottleneck: Resource;
  /** Largest share of the bottleneck that is used at the wanted confidence; above 1: too small. */
  readonly loadAtConfidence: number;
  /** Empty where the option keeps its promise. */
  readonly rejectedBecause: string;
}

export interface Choice {
  /** Those that keep the promise, least regret first. */
  readonly ranked: readonly JudgedOption[];
  readonly rejected: readonly JudgedOption[];
}

/** What a shortage costs against what a surplus costs, after Netflix's capacity planner. */
const UNDER_MEMORY = 1.5;
const UNDER_PROCESSING = 1.25;

/** Options of a shape beyond its least one that are looked at too. */
const LARGER_OPTIONS = 3;

/** Judges every sensible cluster of every allowed shape over the worlds. */
export function chooseOptions(
  spec: PlanSpec,
  prices: PriceList,
  needs: readonly Need[],
  middle: Need,
): Choice {
  const shapes = allowedShapes(spec, prices);
  const optimal = needs.map((need) => cheapestFor(need, shapes, spec));
  const judged = shapes
    .flatMap((shape) => optionsOfShape(shape, spec, needs, middle))
    .map((option) => judgeOption(option, { spec, needs, optimal }));
  const byRegret = (a: JudgedOption, b: JudgedOption) =>
    a.regret - b.regret || a.option.pricePerMonth - b.option.pricePerMonth;
  return {
    ranked: judged.filter((one) => one.rejectedBecause === '').sort(byRegret),
    rejected: judged.filter((one) => one.rejectedBecause !== '').sort(byRegret),
  };
}

/** From one size too small for the middle world to some sizes beyond what nearly all worlds need. */
function optionsOfShape(
  shape: Shape,
  spec: PlanSpec,
  needs: readonly Need[],
  middle: Need,
): ClusterOption[] {
  const least = leastMasters(middle, shape, spec) ?? spec.constraints.mastersMax;
  const wanted = needs.map((need) => leastMasters(need, shape, spec) ?? Number.POSITIVE_INFINITY);
  const most = quantileOf(wanted, spec.risk.confidence);
  const sizes: number[] = [];
  const last = Math.min(spec.constraints.mastersMax, most + LARGER_OPTIONS);
  for (let masters = 1; masters <= last; masters = nextMasters(masters)) {
    if (nextMasters(masters) >= least) sizes.push(masters);
  }
  return (sizes.length === 0 ? [spec.constraints.mastersMax] : sizes).map((masters) =>
    makeOption(shape, masters, spec),
  );
}

/** What the world would have been served with, had it been known. */
function cheapestFor(need: Need, shapes: readonly Shape[], spec: PlanSpec): number {
  const prices = shapes.map((shape) => {
    const masters = leastMasters(need, shape, spec);
    if (masters === undefined) return Number.POSITIVE_INFINITY;
    return makeOption(shape, masters, spec).pricePerMonth;
  });
  return Math.min(...prices);
}

interface Worlds {
  readonly spec: PlanSpec;
  readonly needs: readonly Need[];
  readonly optimal: readonly number[];
}

export function judgeOption(option: ClusterOption, worlds: Worlds): JudgedOption {
  const { spec, needs, optimal } = worlds;
  const capacity = capacityOf(nodeOf(option.shape), option.masters, spec);
  const loads = needs.map((need) => loadOf(need, capacity));
  const nodes = option.masters * (1 + option.replicas);
  const operations = nodes * spec.constraints.operationsPerNodeMonth;
  const regretOf = { spend: 0, memory: 0, processing: 0, operations };
  loads.forEach((load, world) => {
    // A world that no allowed cluster bears is measured against this option's own price.
    const best = Math.min(optimal[world] ?? option.pricePerMonth, 1e300);
    const price = Number.isFinite(best) ? best : option.pricePerMonth;
    regretOf.spend += Math.max(0, option.pricePerMonth - price);
    regretOf.memory += UNDER_MEMORY * price * shortOf(load.memory);
    regretOf.processing +=
      UNDER_PROCESSING * price * shortOf(Math.max(load.processing, load.network));
  });
  for (const part of ['spend', 'memory', 'processing'] as const) regretOf[part] /= needs.length;

  const highest = loads.map((load) => Math.max(load.memory, load.processing, load.network));
  const keepsProbability = highest.filter((load) => load <= 1).length / highest.length;
  const bottleneck = commonBottleneck(loads);
  const loadAtConfidence = quantileOf(highest, spec.risk.confidence);
  return {
    option,
    keepsProbability,
    regret: regretOf.spend + regretOf.memory + regretOf.processing + operations,
    regretOf,
    bottleneck,
    loadAtConfidence,
    rejectedBecause: whyRejected(keepsProbability, bottleneck, loadAtConfidence, spec),
  };
}

/** The share of the need that is not there. */
function shortOf(load: number): number {
  return load <= 1 ? 0 : 1 - 1 / load;
}

function commonBottleneck(loads: readonly Record<Resource, number>[]): Resource {
  const counts = { memory: 0, processing: 0, network: 0 };
  for (const load of loads) counts[bottleneckOf(load)] += 1;
  return bottleneckOf(counts);
}

function whyRejected(
  keeps: number,
  bottleneck: Resource,
  load: number,
  { risk }: PlanSpec,
): string {
  if (keeps >= risk.confidence) return '';
  const short = ((load - 1) * 100).toFixed(0);
  return `${bottleneck} is the bottleneck: ${short} % short at ${(100 * risk.confidence).toFixed(0)} % confidence, enough in ${(100 * keeps).toFixed(0)} % of worlds`;
}

/** The least value that at least this share of the values do not exceed. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1);
  return sorted[index] ?? Number.NaN;
}
