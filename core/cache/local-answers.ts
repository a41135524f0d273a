import type { Scope, Value } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import type { CacheCounters } from './counters.ts';
import { DenyList } from './deny-list.ts';
import { LocalTier } from './local-tier.ts';
import type { Hit, RateRejected } from './outcome.ts';
import type { CachePorts } from './ports.ts';
import type { CacheSettings } from './settings.ts';

/** What a process can answer without the store: rejections it remembers, and values it keeps. */
export class LocalAnswers {
  private readonly ports: CachePorts;
  private readonly denyList: DenyList | undefined;
  private readonly localTier: LocalTier | undefined;

  constructor(settings: CacheSettings, ports: CachePorts) {
    const { tenantsMax, localEntriesMax, localBytesMax, localTtlMs } = settings;
    const bounds = { entriesMax: localEntriesMax, bytesMax: localBytesMax, ttlMs: localTtlMs };
    const tier = settings.localTier ? new LocalTier({ ...bounds, tenantsMax }) : undefined;
    this.ports = ports;
    this.denyList = settings.localDeny ? new DenyList(tenantsMax, settings.denyMsMax) : undefined;
    this.localTier = tier;
    if (tier !== undefined) {
      ports.channel?.subscribe(({ tenant, scope }) => tier.drop(tenant, scope));
    }
  }

  answer(
    tenant: TenantId,
    key: string,
    cost: number,
    counters: CacheCounters,
  ): RateRejected | Hit | undefined {
    if (this.denyList !== undefined) {
      const retryAfterMs = this.denyList.retryAfterMs(tenant, cost, this.ports.nowMs);
      if (retryAfterMs > 0) {
        counters.deniedCount += 1;
        return { kind: 'rejected', reason: 'rate', retryAfterMs, by: 'deny-list' };
      }
    }
    if (this.localTier === undefined) return undefined;
    const value = this.localTier.read(tenant, key, this.ports.nowMs());
    if (value === undefined) return undefined;
    counters.localHitCount += 1;
    return { kind: 'hit', value, source: 'local-tier', nearLimit: false, wouldReject: false };
  }

  /** The store rejected the tenant. */
  noteRejection(tenant: TenantId, cost: number, retryAfterMs: number): void {
    this.denyList?.deny(tenant, cost, retryAfterMs, this.ports.nowMs());
  }

  /** To be asked before a lookup whose value may be kept; undefined where none can be. */
  epochOf(tenant: TenantId): number | undefined {
    return this.localTier?.epochOf(tenant, this.ports.nowMs());
  }

  keep(
    tenant: TenantId,
    key: string,
    hit: { readonly value: Value; readonly ttlRemainingMs: number },
    epoch: number,
  ): void {
    const life = { ttlRemainingMs: hit.ttlRemainingMs, epoch };
    this.localTier?.keep(tenant, key, hit.value, life, this.ports.nowMs());
  }

  /** After a change in the store, not before: a value read in between would be kept again. */
  outdate(tenant: TenantId, scope: Scope): void {
    this.localTier?.drop(tenant, scope);
    this.ports.channel?.publish({ tenant, scope });
  }
}
