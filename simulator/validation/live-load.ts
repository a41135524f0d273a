import type { Tier } from '../../core/tenancy/tier.ts';
import { sizeOfValue } from '../deployment.ts';
import type { BackendOptions, TenantOptions } from '../options.ts';
import type { RequestList } from './draw-requests.ts';
import { spellKey } from './entry-key.ts';
import { ARRIVING_S, SETTLING_S, type Workload } from './workloads.ts';

/** A load as real servers and their generator are told it. */
export interface LiveLoad {
  readonly tenants: readonly { readonly id: string; readonly tier: string }[];
  readonly tiers: Readonly<Record<string, Tier>>;
  readonly requests: {
    readonly atMs: readonly number[];
    readonly tenants: readonly number[];
    readonly keys: readonly string[];
    readonly bytes: readonly number[];
  };
  readonly backend: Pick<BackendOptions, 'workers' | 'queueMax' | 'serviceMs'> & {
    readonly serviceTime: 'constant' | 'exponential';
    readonly seed: number;
  };
  readonly measuredFromMs: number;
  readonly measuredToMs: number;
}

/** What real servers made of it, by request and by tenant. */
export interface LiveObservation {
  /** From the planned moment to the answer, in microseconds; NaN where none came. */
  readonly latencyUs: Float64Array;
  /** 0 hit, 1 loaded, 2 rejected, 3 failed, 4 another tenant's value; -1 nothing known. */
  readonly outcomes: Int8Array;
  /** Counts from the measured stretch on, and what is held at the end. */
  readonly usage: readonly {
    readonly evictedCount: number;
    readonly expiredCount: number;
    readonly usageBytes: number;
  }[];
  readonly scriptCalls: number;
  readonly scriptUs: number;
  readonly backendBusyShare: number;
  readonly latenessP99Us: number;
  readonly tools: Readonly<Record<string, string>>;
}

/** Puts a load on real servers. */
export type RunLive = (load: LiveLoad) => Promise<LiveObservation>;

/** The same requests, with keys and sizes spelt. */
export function liveLoadOf({ options, seed }: Workload, list: RequestList): LiveLoad {
  const { tenants, backend } = options;
  const { workers, queueMax, serviceMs, serviceShape } = backend;
  return {
    tenants: tenants.map(({ tenant }) => ({ id: tenant, tier: tenant })),
    tiers: Object.fromEntries(tenants.map(({ tenant, tier }) => [tenant, tier])),
    requests: {
      atMs: list.atUs.map((us) => Math.round(us) / 1000),
      tenants: list.tenants,
      keys: list.keys.map((key) => spellKey(key)),
      bytes: sizesOf(tenants, list),
    },
    backend: {
      workers,
      queueMax,
      serviceMs,
      serviceTime: serviceShape === 'exponential' ? 'exponential' : 'constant',
      seed,
    },
    measuredFromMs: SETTLING_S * 1000,
    measuredToMs: ARRIVING_S * 1000,
  };
}

function sizesOf(tenants: readonly TenantOptions[], list: RequestList): number[] {
  const bytesOf = sizeOfValue({ tenants });
  return list.keys.map((key, n) => bytesOf(list.tenants[n] as number, key));
}
