import type { Demand } from './curve/demand.ts';
import { NEVER_EVICTED } from './curve/demand.ts';
import {
  kneeOf,
  type MissRatioCurve,
  sizeForHitRatio,
  sizeForShareOfHits,
  thinCurve,
} from './curve/miss-ratio-curve.ts';
import type { TenantUse } from './need.ts';

/** A tenant's miss-ratio curve in bytes, and what it says about memory and quota. */
export interface CurveRow {
  readonly tenant: string;
  readonly tier: string;
  readonly curve: MissRatioCurve;
  readonly kneeBytes: number;
  readonly kneeHitRatio: number;
  readonly bestHitRatio: number;
  /** Bytes for so many per cent of the hits that unlimited memory gives. */
  readonly bytesFor90: number;
  readonly bytesFor95: number;
  readonly bytesFor99: number;
  /** Bytes for the promised hit ratio; null where no memory reaches it, or nothing is promised. */
  readonly bytesForPromise: number | null;
  /** Advised quota: for 99 % of the hits and 15 % on top (as Kubernetes' VPA adds), or the promise. */
  readonly quotaAdviceBytes: number;
  readonly quotaBytes: number;
  /** Misses a second fewer for one GiB more, at the present use and at the knee. */
  readonly marginalAtUse: number;
  readonly marginalAtKnee: number;
}

const POINTS = 96;
const QUOTA_MARGIN = 1.15;
const GIB = 2 ** 30;

/** The curve of a demand, at characteristic times spread evenly over their logarithm. */
export function curveOfDemand(demand: Demand): MissRatioCurve {
  const sizes: number[] = [];
  const missRatios: number[] = [];
  const push = ({ entries, hitRatio }: { entries: number; hitRatio: number }) => {
    const size = entries * demand.entryBytes;
    if (size <= (sizes.at(-1) ?? 0)) return;
    sizes.push(size);
    missRatios.push(1 - hitRatio);
  };
  for (let point = 0; point < POINTS; point += 1) {
    push(demand.at(2 ** (-12 + (34 * point) / POINTS)));
  }
  push(demand.at(NEVER_EVICTED));
  return {
    unit: 'bytes',
    sizes: Float64Array.from(sizes),
    missRatios: Float64Array.from(missRatios),
    requestCount: 0,
    method: 'zipf-ttl',
    errorExpected: CHE_ERROR,
  };
}

/** Che's approximation for Zipf streams lies within this of a simulation (see the tests). */
const CHE_ERROR = 0.002;

export function curveRows(uses: readonly TenantUse[]): CurveRow[] {
  return uses.map(curveRow);
}

function curveRow({ tenant, usageBytes, hitRatio }: TenantUse): CurveRow {
  const curve =
    tenant.trace === undefined
      ? curveOfDemand(tenant.demand)
      : inBytes(tenant.trace.curve, tenant.entryBytes);
  const knee = kneeOf(curve);
  const promised = tenant.tier.promise.hitRatio;
  const bytesForPromise =
    promised === undefined ? null : (sizeForHitRatio(curve, promised) ?? null);
  const bytesFor99 = sizeForShareOfHits(curve, 0.99);
  return {
    tenant: tenant.id,
    tier: tenant.tierName,
    curve,
    kneeBytes: knee.size,
    kneeHitRatio: 1 - knee.missRatio,
    bestHitRatio: 1 - (curve.missRatios.at(-1) ?? 1),
    bytesFor90: sizeForShareOfHits(curve, 0.9),
    bytesFor95: sizeForShareOfHits(curve, 0.95),
    bytesFor99,
    bytesForPromise,
    quotaAdviceBytes: QUOTA_MARGIN * Math.max(bytesFor99, bytesForPromise ?? 0),
    quotaBytes: tenant.quotaBytes,
    marginalAtUse: hitRatio === 0 ? 0 : slopeAt(curve, usageBytes) * tenant.admittedPerSecond * GIB,
    marginalAtKnee: slopeAt(curve, knee.size) * tenant.admittedPerSecond * GIB,
  };
}

/** A trace's curve in the bytes of the tenant's entries, thinned to what is looked up often. */
function inBytes(curve: MissRatioCurve, entryBytes: number): MissRatioCurve {
  const thin = thinCurve(curve, TRACE_POINTS);
  return { ...thin, unit: 'bytes', sizes: thin.sizes.map((size) => size * entryBytes) };
}

const TRACE_POINTS = 2_000;

/** Hits for a byte more: the curve's slope just below a size. */
function slopeAt({ sizes, missRatios }: MissRatioCurve, size: number): number {
  let at = sizes.findIndex((one) => one >= size * (1 - 1e-9));
  if (at < 1) at = Math.max(1, at < 0 ? sizes.length - 1 : at);
  const bytes = (sizes[at] ?? 0) - (sizes[at - 1] ?? 0);
  return bytes <= 0 ? 0 : ((missRatios[at - 1] ?? 1) - (missRatios[at] ?? 1)) / bytes;
}
