import { execFileSync } from 'node:child_process';
import { cpus, platform, release, totalmem } from 'node:os';
import { z } from 'zod';
import type { Judgement as RoundsJudgement } from '../results/judgement.ts';
import { judgementSchema } from '../results/judgement-schema.ts';
import { recordVersion } from '../results/migrate-record.ts';
import { digestOf, withDigest } from '../results/record-digest.ts';
import { envelope, type Host } from '../results/schema.ts';
import { COUNTER_NAMES } from './counters.ts';
import type { Judgement } from './judge.ts';
import type { SimulationOptions } from './options.ts';
import type { SimulationResult } from './result.ts';
import type { Timelines } from './timelines.ts';

const countsSchema = z.strictObject(
  Object.fromEntries(COUNTER_NAMES.map((name) => [name, z.number().nonnegative()])) as Record<
    (typeof COUNTER_NAMES)[number],
    z.ZodNumber
  >,
);

const latencySchema = z.strictObject({
  count: z.int().nonnegative(),
  meanUs: z.number().nonnegative(),
  p50Us: z.number().nonnegative(),
  p95Us: z.number().nonnegative(),
  p99Us: z.number().nonnegative(),
  maxUs: z.number().nonnegative(),
});

const share = {
  counts: countsSchema,
  throttledCount: z.int().nonnegative(),
  failureCount: z.int().nonnegative(),
  hitRatio: z.number().min(0).max(1).nullable(),
  latency: latencySchema,
};
const shareSchema = z.strictObject(share);

const resultSchema = z.strictObject({
  seed: z.int(),
  simulatedS: z.number().nonnegative(),
  requestCount: z.int().nonnegative(),
  eventCount: z.int().nonnegative(),
  unfinishedCount: z.int().nonnegative(),
  total: shareSchema,
  tiers: z.array(
    z.strictObject({
      tier: z.string(),
      tenantCount: z.int(),
      ...share,
      usageBytes: z.int(),
      entryCount: z.int(),
    }),
  ),
  tenants: z.array(
    z.strictObject({
      tenant: z.string(),
      tier: z.string(),
      shard: z.int(),
      ...share,
      usageBytes: z.int(),
      entryCount: z.int(),
      quotaBytes: z.number(),
    }),
  ),
  phases: z.array(
    z.strictObject({
      name: z.string(),
      fromS: z.number(),
      toS: z.number(),
      total: shareSchema,
      neighbours: shareSchema,
      tenants: z.array(shareSchema),
    }),
  ),
  shards: z.array(
    z.strictObject({
      utilisation: z.number(),
      commandCount: z.int(),
      usedBytes: z.number(),
      tenantCount: z.int(),
    }),
  ),
  backend: z.strictObject({
    utilisation: z.number(),
    servedCount: z.int(),
    refusedCount: z.int(),
    abandonedCount: z.int(),
    queuedPeak: z.int(),
  }),
  timeline: z.array(z.strictObject({ fromS: z.number(), counts: countsSchema })),
  checkers: z.strictObject({
    names: z.array(z.string()),
    violations: z.array(
      z.strictObject({
        checker: z.string(),
        atS: z.number(),
        tenant: z.string().nullable(),
        message: z.string(),
      }),
    ),
    jainsIndexMin: z.number(),
    minMaxRatioMin: z.number(),
    fairStepCount: z.int().nonnegative(),
  }),
});

const linesSchema = z.array(z.number());

/** Every tenant over time, an item a point. */
const timelinesSchema = z.strictObject({
  pointS: z.number().positive(),
  tenants: z.array(
    z.strictObject({
      tenant: z.string(),
      requests: linesSchema,
      hits: linesSchema,
      misses: linesSchema,
      answered: linesSchema,
      latencySumUs: linesSchema,
      throttled: linesSchema,
      evicted: linesSchema,
      usageBytes: linesSchema,
    }),
  ),
});

/** The record of one simulated run. */
export const simulationRecordSchema = z.strictObject({
  kind: z.literal('simulation'),
  ...envelope,
  scenario: z.string(),
  result: resultSchema,
  judgement: z.strictObject({
    verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        value: z.number().nullable(),
        bound: z.number(),
        unit: z.string(),
        isKept: z.boolean(),
      }),
    ),
    reason: z.string(),
  }),
  /** By the judge of live runs; null where there is no time before and during. */
  rounds: judgementSchema.nullable(),
  timelines: timelinesSchema,
  /** HDR histograms of answered requests by phase, in base64: the neighbours' together. */
  histograms: z.record(z.string(), z.string()),
  /** Over seed, options and result: equal on every host, at any time, for equal runs. */
  outcomeDigest: z.string(),
  interrupted: z.boolean(),
  digest: z.string().nullable(),
});

export type SimulationRecord = z.infer<typeof simulationRecordSchema>;

/** What identifies a run beside its options. */
export interface RunFacts {
  readonly scenario: string;
  readonly preset: string;
  readonly without: readonly string[];
  readonly startedAt: string;
  readonly interrupted: boolean;
}

export function makeSimulationRecord(
  facts: RunFacts,
  options: SimulationOptions,
  result: SimulationResult,
  judgement: Judgement,
  more: {
    readonly rounds: RoundsJudgement | undefined;
    readonly timelines: Timelines;
    readonly histograms: Readonly<Record<string, string>>;
  },
): SimulationRecord {
  const { scenario, preset, without, startedAt, interrupted } = facts;
  const record = {
    kind: 'simulation',
    version: recordVersion,
    startedAt,
    seed: result.seed,
    options: { preset, without, simulation: options },
    host: describeHost(),
    gitRevision: readGitRevision(),
    scenario,
    result,
    judgement,
    rounds: more.rounds ?? null,
    timelines: more.timelines,
    histograms: more.histograms,
    outcomeDigest: outcomeDigestOf(options, result),
    interrupted,
  };
  // Through JSON first: what is read later is what is checked here.
  return simulationRecordSchema.parse(withDigest(JSON.parse(JSON.stringify(record)) as object));
}

/** The same for the same seed and options, wherever and whenever they are run. */
export function outcomeDigestOf(options: SimulationOptions, result: SimulationResult): string {
  return digestOf({ options, result });
}

export function describeHost(): Host {
  const processors = cpus();
  return {
    cores: Math.max(1, processors.length),
    cpuModel: processors[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    platform: platform(),
    kernel: release(),
    node: process.versions.node,
    tools: {},
  };
}

export function readGitRevision(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    }).trim();
  } catch {
    // Installed from a package: there is no checkout.
    return null;
  }
}
