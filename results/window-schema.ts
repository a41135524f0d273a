import { z } from 'zod';

/** The part of a record that holds what was measured; histograms are base64 HDR, microseconds. */

const count = z.int().nonnegative();
const amount = z.number().nonnegative();

const samplesSchema = z.strictObject({ histogram: z.string(), failedCount: count });

const neighbourSchema = z.strictObject({
  tenant: z.string(),
  tier: z.string(),
  hit: samplesSchema,
  miss: samplesSchema,
  observedHitCount: count,
});

const offeredSchema = z.strictObject({
  plannedCount: count,
  servedCount: count,
  droppedCount: count,
});

/** Neighbours' reads that brought a value, and how many of them brought somebody else's. */
export const readsSchema = z.strictObject({ checkedCount: count, foreignCount: count });

const windowSchema = z.strictObject({
  round: count,
  arm: z.enum(['baseline', 'placebo', 'spike']),
  attempt: count,
  startedAtMs: amount,
  durationMs: z.number().positive(),
  neighbours: z.array(neighbourSchema).max(10_000),
  reads: readsSchema.nullable(),
  offeredNeighbours: offeredSchema,
  offeredHot: offeredSchema,
  hotAdmittedCount: count,
  hotRejectedCount: count,
  sharedCommandsPerSecond: amount,
  neighbourVusPeak: count,
  neighbourVusMax: count,
  scheduledStartsKnown: z.boolean(),
  latenessP99Us: amount,
  cpu: z.record(z.string(), amount),
  clockStepMs: z.number(),
  forkCount: count,
  expiredKeysPerSecond: amount,
  cpuPressure: amount.exactOptional(),
  cpuSteal: amount.exactOptional(),
});

/** One round with its windows in the order they ran, repeated and discarded ones included. */
export const roundSchema = z.strictObject({
  round: count,
  discarded: z.boolean(),
  windows: z.array(windowSchema).max(100),
});

export const calibrationSchema = z.strictObject({
  ceilingPerSecond: z.number().positive(),
  plannedPerSecond: amount,
});

export type RecordedRound = z.infer<typeof roundSchema>;
export type RecordedWindow = z.infer<typeof windowSchema>;
