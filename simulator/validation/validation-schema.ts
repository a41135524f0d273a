import { z } from 'zod';
import { digestOf } from '../../results/record-digest.ts';
import { envelope } from '../../results/schema.ts';
import type { Workload } from './workloads.ts';

const answersSchema = z.strictObject({
  count: z.int().nonnegative(),
  meanUs: z.number(),
  p99Us: z.number(),
});

const figuresSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      group: z.string(),
      requestCount: z.int().nonnegative(),
      answered: answersSchema,
      hits: answersSchema,
      loaded: answersSchema,
      throttledCount: z.int().nonnegative(),
      failedCount: z.int(),
      evictedCount: z.int().nonnegative(),
      expiredCount: z.int().nonnegative(),
    }),
  ),
  tenants: z.array(
    z.strictObject({
      tenant: z.string(),
      missRatio: z.number().min(0).max(1).nullable(),
      usageBytes: z.number().nonnegative(),
    }),
  ),
  backendBusyShare: z.number().nonnegative(),
});

const liveRunSchema = z.strictObject({
  workload: z.string(),
  /** Of the workload's seed and options: an earlier run of another one is no run of this one. */
  workloadDigest: z.string(),
  startedAt: z.iso.datetime(),
  figures: figuresSchema,
  scriptCalls: z.int().nonnegative(),
  scriptUs: z.number().nonnegative(),
  latenessP99Us: z.number(),
  tools: z.record(z.string(), z.string()),
});

/** What a spike was made of, as its record has it: what the simulator has to know, and the rest. */
const spikeSettingSchema = z.looseObject({
  neighbours: z.int().min(1).max(500),
  neighbourRatePerSecond: z.number().positive().max(1e5),
  ordinaryRatePerSecond: z.number().positive().max(1e5),
  hotRatePerSecond: z.number().positive().max(1e6),
  backendWorkers: z.int().min(1).max(10_000),
  backendMs: z.number().positive().max(60_000),
  without: z.array(z.string()),
  seed: z.int().nonnegative(),
});

/** One spike, live. */
export const liveSpikeSchema = z.strictObject({
  without: z.array(z.string()),
  startedAt: z.iso.datetime(),
  verdict: z.string(),
  reasons: z.array(z.string()),
  options: spikeSettingSchema,
});

/** Of the file of live runs, which is no record: a field that changes its meaning raises it. */
export const liveRunsVersion = 2;

/** Live runs, kept so that the simulator can be held against them again without servers. */
export const liveRunsSchema = z.strictObject({
  kind: z.literal('live-runs'),
  version: z.literal(liveRunsVersion),
  host: envelope.host,
  runs: z.array(liveRunSchema).max(100),
  spikes: z.array(liveSpikeSchema).max(10),
});

export type LiveRuns = z.infer<typeof liveRunsSchema>;
export type SpikeSetting = z.infer<typeof spikeSettingSchema>;
export type LiveRun = z.infer<typeof liveRunSchema>;
export type LiveSpike = z.infer<typeof liveSpikeSchema>;

export function digestOfWorkload({ seed, options }: Workload): string {
  return digestOf({ seed, options });
}
