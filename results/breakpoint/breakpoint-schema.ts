import { z } from 'zod';
import { envelope } from '../schema.ts';
import { roundSchema } from '../window-schema.ts';

const share = z.number().nonnegative();

/** What the shared servers had to bear under the spike of one round. */
const pressureSchema = z.strictObject({
  /** Of the time, how much the thread that executes commands was busy; null where not told. */
  redisThreadShare: share.nullable(),
  /** Of its workers' time, how much the back-end was busy. */
  backendBusyShare: share,
  backendQueuePeak: z.int().nonnegative(),
  /** Loads answered 503, for want of a place in the queue. */
  backendRefusedPerSecond: z.number().nonnegative(),
  /** Connections that Redis refused for want of a place. */
  refusedConnectionCount: z.int().nonnegative(),
});

/** A round at one rate of the hot tenant: its windows as of any load run. */
const breakpointRoundSchema = roundSchema.extend({
  /** The hot tenant's rate in times of its ordinary one. */
  times: z.number().positive(),
  isProtected: z.boolean(),
  pressure: pressureSchema,
});

const optionsSchema = z.strictObject({
  maxRisePercent: z.number().positive(),
  capUs: z.number().positive(),
  generatorCores: z.record(z.string(), z.number().positive()),
  /** Rates that could be tried, in times of the ordinary one, ascending. */
  rungs: z.array(z.number().positive()).max(1000),
  /** Whether the highest rung is all that the generators can offer, or all that was asked for. */
  topIs: z.enum(['generator', 'asked']),
  /** What must be shown to hold with protections; null where it is only measured. */
  atLeastTimes: z.number().positive().nullable(),
});

const findingSchema = z.strictObject({
  heldTimes: z.number().nullable(),
  brokeTimes: z.number().nullable(),
  estimateTimes: z.number().nullable(),
  seemsHeldTimes: z.number().nullable(),
  seemsBrokenTimes: z.number().nullable(),
  /** Rounds that count, and those in which the instrument itself was disturbed. */
  roundCount: z.int().nonnegative(),
  disturbedCount: z.int().nonnegative(),
  /** Which resource of the shared side gave way, and the figures that say so. */
  gaveWay: z
    .strictObject({ resource: z.enum(['back-end', 'redis', 'connections']), why: z.string() })
    .nullable(),
  /** What kept the run from going higher, where nothing broke. */
  limit: z
    .strictObject({ by: z.enum(['generator', 'host', 'asked', 'time']), why: z.string() })
    .nullable(),
});

/** A breakpoint run. Judging `rounds` again gives `judgement` again. */
export const breakpointRecordSchema = z.strictObject({
  kind: z.literal('breakpoint'),
  ...envelope,
  scenario: z.literal('breakpoint'),
  judgeOptions: optionsSchema,
  /** Requests per second that the generators reached together; null where not measured. */
  ceilingPerSecond: z.number().positive().nullable(),
  rounds: z.array(breakpointRoundSchema).max(10_000),
  /** Why the run ended before everything was shown; null where it did not. */
  ended: z.enum(['time', 'interrupted']).nullable(),
  interrupted: z.boolean(),
  judgement: z.strictObject({
    verdict: z.enum(['MEASURED', 'PASS', 'FAIL', 'INCONCLUSIVE', 'INVALID']),
    reasons: z.array(z.string()),
    /** Null where that setting was not tried. */
    protected: findingSchema.nullable(),
    unprotected: findingSchema.nullable(),
  }),
  digest: z.string().nullable(),
});

export type Pressure = z.infer<typeof pressureSchema>;
export type BreakpointOptions = z.infer<typeof optionsSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type BreakpointRecord = z.infer<typeof breakpointRecordSchema>;
export type BreakpointJudgement = BreakpointRecord['judgement'];
export type RecordedBreakpointRound = BreakpointRecord['rounds'][number];
