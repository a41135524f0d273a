import { z } from 'zod';
import { judgementSchema } from './judgement-schema.ts';
import { recordVersion } from './migrate-record.ts';
import { calibrationSchema, roundSchema } from './window-schema.ts';

/**
 * The record of a run: JSON that every instrument writes and reports are rendered from. A field
 * that comes, leaves or changes its meaning raises the version; earlier versions are migrated
 * (`migrate-record.ts`), later ones refused.
 */
export { recordVersion };

/** Where a run took place. Figures of two hosts are no comparison. */
const hostSchema = z.strictObject({
  cores: z.int().positive(),
  cpuModel: z.string(),
  memoryBytes: z.int().nonnegative(),
  platform: z.string(),
  kernel: z.string(),
  node: z.string(),
  /** Other tools and servers by name: their version. */
  tools: z.record(z.string(), z.string()),
});

/** What records of all kinds begin with. */
export const envelope = {
  version: z.literal(recordVersion),
  /** ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  seed: z.int(),
  /** As given by the user, defaults filled in. */
  options: z.record(z.string(), z.json()),
  host: hostSchema,
  /** Of the checkout under test; null outside one. */
  gitRevision: z.string().nullable(),
};

const judgeOptionsSchema = z.strictObject({
  maxRisePercent: z.number().positive(),
  rounds: z.union([z.literal('auto'), z.int().positive()]),
  gate: z.array(z.enum(['p99', 'worst'])),
  capUs: z.number().positive(),
  generatorCores: z.record(z.string(), z.number().positive()),
});

const isolationSchema = z.strictObject({
  krebs: z.number().nullable(),
  qosLoss: z.number().nullable(),
  loadIncrease: z.number().nullable(),
  minMaxRatio: z.number().nullable(),
  hotAdmittedPerSecond: z.number().nullable(),
  hotRejectedPerSecond: z.number().nullable(),
});

/** A load run in rounds of arms. Judging `rounds` again gives `judgement` again. */
export const stressRecordSchema = z.strictObject({
  kind: z.literal('stress'),
  ...envelope,
  scenario: z.string(),
  judgeOptions: judgeOptionsSchema,
  calibration: calibrationSchema.nullable(),
  /** Discarded rounds and every attempt of a repeated window included. */
  rounds: z.array(roundSchema).max(10_000),
  /** Why the run ended before its plan did; null where it did not. */
  ended: z.enum(['time', 'interrupted']).nullable(),
  interrupted: z.boolean(),
  judgement: judgementSchema,
  isolation: isolationSchema,
  /** Over all other fields; null in records that were written before there was one. */
  digest: z.string().nullable(),
});

export type StressRecord = z.infer<typeof stressRecordSchema>;
export type Host = z.infer<typeof hostSchema>;
