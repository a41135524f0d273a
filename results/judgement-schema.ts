import { z } from 'zod';
import type { Group } from './groups.ts';
import { VERDICTS } from './judgement.ts';
import { readsSchema } from './window-schema.ts';

/** The part of a record that says what was concluded. Rises are natural logarithms of ratios. */

const logarithm = z.number();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();

const estimateSchema = z.strictObject({
  mean: z.number(),
  sd: orNull(z.number()),
  lower: orNull(z.number()),
  upper: orNull(z.number()),
});

const cappedCountSchema = z.strictObject({
  baseline: z.int(),
  placebo: z.int(),
  spike: z.int(),
});

const groupSchema = z.custom<Group>(
  (value) => typeof value === 'string' && /^(all$|tier:|tenant:|path:(hit|miss)$)/.test(value),
  { error: 'expected all, tier:<name>, tenant:<id>, path:hit or path:miss' },
);

const cellBase = {
  name: z.string(),
  group: groupSchema,
  verdict: z.enum(['PASS', 'PASS (adjusted)', 'FAIL', 'INCONCLUSIVE']),
  reason: z.string(),
  pValue: z.number(),
};

const roundEstimateSchema = z.strictObject({
  total: logarithm,
  sharing: orNull(logarithm),
  generator: orNull(logarithm),
  diagnostic: orNull(logarithm),
});

const latencyCellSchema = z.strictObject({
  kind: z.literal('latency'),
  ...cellBase,
  ratio: z.number(),
  gated: z.boolean(),
  baselineUs: z.number(),
  total: estimateSchema,
  sharing: orNull(estimateSchema),
  generator: orNull(estimateSchema),
  diagnostic: orNull(estimateSchema),
  rounds: z.array(roundEstimateSchema),
  signedRank: orNull(z.strictObject({ estimate: logarithm, lower: logarithm, upper: logarithm })),
  autocorrelation: z.number(),
  mergedTotal: logarithm,
  worstRound: z.strictObject({ round: z.int(), total: logarithm }),
  cappedCount: cappedCountSchema,
  samples: z.strictObject({ least: z.int(), needed: z.int() }),
  sensitivity: orNull(z.strictObject({ couldHaveFailed: logarithm, couldHavePassed: logarithm })),
  roundsNeeded: orNull(z.int()),
});

const pointsCellSchema = z.strictObject({
  kind: z.literal('points'),
  ...cellBase,
  what: z.enum(['failures', 'hits']),
  gated: z.literal(true),
  difference: estimateSchema,
});

const gateSchema = z.strictObject({
  gate: z.string(),
  state: z.enum(['green', 'red', 'unchecked']),
  worst: z.string(),
  limit: z.string(),
  where: z.string(),
  advice: z.string(),
});

const lookSchema = z.strictObject({
  index: z.int(),
  of: z.int(),
  passShare: z.number(),
  failShare: z.number(),
});

export const judgementSchema = z.strictObject({
  verdict: z.enum(VERDICTS),
  unadjusted: z.boolean(),
  provisional: z.boolean(),
  decision: z.enum(['continue', 'stop']),
  reasons: z.array(z.string()),
  look: lookSchema,
  measuredRounds: z.int(),
  reads: readsSchema.nullable(),
  cells: z.array(z.discriminatedUnion('kind', [latencyCellSchema, pointsCellSchema])),
  gates: z.array(gateSchema),
  missedRoundRatio: z.number(),
});
