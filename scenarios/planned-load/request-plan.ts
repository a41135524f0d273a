import type { Tier } from '../../core/tenancy/tier.ts';
import type { Protections, Side } from '../spike/load-plan.ts';

/** What the generator of a planned load is told, as JSON. */
export interface RequestPlan {
  readonly side: Side;
  readonly tenants: readonly PlannedTenant[];
  readonly tiers: Readonly<Record<string, Tier>>;
  readonly namespace: string;
  readonly protections: Protections;
  readonly requests: PlannedRequests;
  /** Wall clock (milliseconds since 1970) from which requests count. */
  readonly epochMs: number;
  /** From the start of the generator to its end: the last answers come before. */
  readonly durationMs: number;
  /** Misses that are loaded at once, at most. */
  readonly loadsMax: number;
}

export interface PlannedTenant {
  readonly id: string;
  /** By name, among the plan's. */
  readonly tier: string;
}

/** Requests in the order of time, a field an array; the n-th of each belong together. */
export interface PlannedRequests {
  /** Milliseconds from the epoch. */
  readonly atMs: readonly number[];
  /** Index among the tenants. */
  readonly tenants: readonly number[];
  readonly keys: readonly string[];
  /** Of the value that a miss loads and puts. */
  readonly bytes: readonly number[];
}
