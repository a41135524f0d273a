import type { TenantId } from '../tenancy/tenant-id.ts';
import type { PutRequest, Quota, RateLimit, Store } from './store.ts';

/** One promise of the Store port, as something to be tried. */
export interface ContractCase {
  readonly name: string;
  /** Binary values are promised everywhere but in k6. */
  readonly needsBytes?: boolean;
  readonly run: (subject: Subject) => Promise<void>;
}

export interface Subject {
  readonly store: Store;
  /** A tenant that no other case uses. */
  readonly tenant: (name: string) => TenantId;
  /** Throws unless both are equal through and through. */
  readonly equal: (actual: unknown, expected: unknown, what: string) => void;
  /** Throws unless the work rejects; hands on what it rejected with. */
  readonly rejects: (work: Promise<unknown>, what: string) => Promise<unknown>;
}

export const NOW = 1_764_000_000_000;
export const OPEN: RateLimit = { ratePerSecond: 1000, burst: 2000, enforcement: 'off' };
export const ROOMY: Quota = { quotaBytes: 1e9, atQuota: 'evict', enforcement: 'enforce' };

export function fill(tenant: TenantId, key: string, more: Partial<PutRequest> = {}): PutRequest {
  return {
    tenant,
    key,
    value: `value of ${key}`,
    seal: 'seal',
    ttlMs: 60_000,
    quota: ROOMY,
    nowMs: NOW,
    ...more,
  };
}

export async function read(
  store: Store,
  tenant: TenantId,
  key: string,
  nowMs = NOW,
): Promise<unknown> {
  const reply = await store.lookup({ tenant, key, limit: OPEN, nowMs });
  return reply.kind === 'hit' ? reply.value : reply.kind;
}

export async function fenceOf(
  store: Store,
  tenant: TenantId,
  key: string,
  nowMs = NOW,
): Promise<string> {
  const reply = await store.lookup({ tenant, key, limit: OPEN, nowMs });
  if (reply.kind === 'rejected') throw new Error('a lookup without a limit was rejected');
  return reply.fence;
}
