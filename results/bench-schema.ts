import { z } from 'zod';
import { envelope } from './schema.ts';

/** What one contender of one benchmark did, a figure a round: the round is the unit. */
const contenderSchema = z.strictObject({
  name: z.string().min(1),
  rounds: z.array(z.number()).max(100_000),
});

const benchmarkSchema = z.strictObject({
  name: z.string().min(1),
  /** `us`, `/s`, `bytes`, `instructions`. */
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  /** Whether it decides a comparison, or is only shown. */
  gated: z.boolean(),
  /** The contender that is not ours: the others are compared by their ratio to it. */
  reference: z.string().nullable(),
  contenders: z.array(contenderSchema).min(1).max(100),
});

/** A run of benchmarks whose contenders were interleaved, round by round. */
export const benchRecordSchema = z.strictObject({
  kind: z.literal('bench'),
  ...envelope,
  /** The name of the suite: what `scenario` is to a load run. */
  scenario: z.string(),
  benchmarks: z.array(benchmarkSchema).max(10_000),
  interrupted: z.boolean(),
  digest: z.string().nullable(),
});

export type BenchRecord = z.infer<typeof benchRecordSchema>;
