import { z } from 'zod';
import { BadInputError } from '../../../results/output/operating-errors.ts';
import type { JudgedOption } from '../choose.ts';
import { thinCurve } from '../curve/miss-ratio-curve.ts';
import type { Plan } from '../plan.ts';
import type { Gate } from './gate.ts';
import { summaryLines } from './summary.ts';

/** Points of a curve in a record: enough to draw it. */
const CURVE_POINTS = 64;
/** Options of each kind in a record. */
const OPTIONS_MAX = 50;

/** A plan as JSON, version 1: all that its reports say, without the worlds themselves. */
export function planRecord(plan: Plan, gate: Gate): Record<string, unknown> {
  const { recommended, memory, knee, currentKnee, choice, middle } = plan;
  return {
    kind: 'plan',
    version: 1,
    name: plan.name,
    asOf: plan.asOf,
    seed: plan.seed,
    worldCount: plan.worldCount,
    specDigest: plan.specDigest,
    spec: plan.spec,
    prices: { ...plan.prices, shapes: plan.prices.shapes.length },
    calibration: plan.calibration,
    summary: summaryLines(plan),
    gate,
    recommended: recommended === undefined ? null : optionRecord(recommended),
    costPerMonth: plan.costPerMonth ?? null,
    lookupsPerSecond: middle.lookupsPerSecond,
    missesPerSecond: middle.missesPerSecond,
    hitRatio: middle.hitRatio,
    memory,
    knee: knee ?? null,
    currentKnee: currentKnee ?? null,
    tiers: plan.tiers,
    tenants: plan.tenants,
    costs: plan.costs,
    curves: plan.curves.map(({ curve, ...row }) => {
      const { sizes, missRatios, method, errorExpected } = thinCurve(curve, CURVE_POINTS);
      return { ...row, method, errorExpected, sizes: [...sizes], missRatios: [...missRatios] };
    }),
    options: {
      ranked: choice.ranked.slice(0, OPTIONS_MAX).map(optionRecord),
      rejected: choice.rejected.slice(0, OPTIONS_MAX).map(optionRecord),
    },
    whatIfs: plan.whatIfs,
    forecast: plan.forecast ?? null,
    isolation: plan.isolation ?? null,
    overcommit: plan.overcommit ?? null,
    placement: plan.placement ?? null,
    service: plan.service,
    anomalies: plan.anomalies,
    simulation: plan.simulation ?? null,
    live: plan.live ?? null,
    influences: plan.influences,
    decision: plan.decision ?? null,
    published: plan.published,
    warnings: plan.warnings,
  };
}

function optionRecord({ option, ...judged }: JudgedOption): Record<string, unknown> {
  const { shape, masters, replicas, pricePerMonth } = option;
  return { shape: shape.name, masters, replicas, pricePerMonth, ...judged };
}

const baselineSchema = z.object({
  kind: z.literal('plan'),
  version: z.literal(1),
  name: z.string(),
  asOf: z.iso.date(),
  costPerMonth: z.number().nullable(),
  lookupsPerSecond: z.number(),
  hitRatio: z.number(),
  memory: z.object({ mastersBytes: z.number() }),
  recommended: z
    .object({ shape: z.string(), masters: z.number(), replicas: z.number() })
    .nullable(),
  tiers: z.array(z.object({ tier: z.string(), hitRatio: z.number(), p95Ms: z.number() })),
  tenants: z.array(
    z.object({ tenant: z.string(), usageBytes: z.number(), offeredPerSecond: z.number() }),
  ),
});

/** What a difference needs of an earlier plan. */
export type Baseline = z.infer<typeof baselineSchema>;

/** @throws BadInputError with every problem where the text is no plan of this version */
export function parseBaseline(text: string, file: string): Baseline {
  const field = '--baseline-report';
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInputError([
      { field, value: file, expected: `JSON of partywall plan --json (${why})` },
    ]);
  }
  const parsed = baselineSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new BadInputError(
    parsed.error.issues.map(({ path, message }) => ({
      field: `${field} ${path.join('.') || 'record'}`,
      value: file,
      expected: `a plan of version 1 (${message})`,
    })),
  );
}
