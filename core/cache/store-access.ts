import type {
  Fence,
  InvalidateReply,
  LookupReply,
  LookupRequest,
  PutReply,
  RateLimit,
  Scope,
  Store,
  Value,
} from '../stores/store.ts';
import { StoreError } from '../stores/store-error.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { CacheCounters } from './counters.ts';
import { CacheError, type StoreTrouble } from './errors.ts';
import type { CachePorts } from './ports.ts';
import { sealFor } from './seal.ts';
import type { CacheSettings } from './settings.ts';
import type { TenantContext } from './tenant-context.ts';

/** What goes into the store with a value. */
export interface PutDetails {
  readonly ttlMs: number;
  readonly tags?: readonly string[];
  readonly loadMs?: number;
  readonly fence?: Fence;
}

/**
 * Calls to the store behind a circuit breaker, with a bounded number of further tries. Trouble of
 * the store comes back as a value; bad input and defects are thrown on.
 */
export class StoreAccess {
  private readonly store: Store;
  private readonly settings: CacheSettings;
  private readonly ports: CachePorts;
  private readonly breaker: CircuitBreaker;

  constructor(store: Store, settings: CacheSettings, ports: CachePorts) {
    const { circuitFailuresMax, circuitOpenMs, tenantsMax } = settings;
    this.store = store;
    this.settings = settings;
    this.ports = ports;
    this.breaker = new CircuitBreaker(circuitFailuresMax, circuitOpenMs, tenantsMax);
  }

  /** For the caller of `store.lookup` itself; see {@link StoreAccess.admits}. */
  lookupRequest(tenant: TenantId, key: string, limit: RateLimit, cost: number): LookupRequest {
    return this.settings.storeClock === 'own'
      ? { tenant, key, limit, cost }
      : { tenant, key, limit, cost, nowMs: Math.floor(this.ports.nowMs()) };
  }

  lookup(
    tenant: TenantId,
    key: string,
    limit: RateLimit,
    counters: CacheCounters,
  ): Promise<LookupReply | StoreTrouble> {
    return this.call(tenant, counters, () =>
      this.store.lookup(this.lookupRequest(tenant, key, limit, 1)),
    );
  }

  async put(
    context: TenantContext,
    key: string,
    value: Value,
    details: PutDetails,
    counters: CacheCounters,
  ): Promise<PutReply | StoreTrouble> {
    const { tenant, quota } = context;
    const seal = sealFor(tenant, key, value, this.ports.mac);
    const reply = await this.call(tenant, counters, () =>
      this.store.put({ tenant, key, value, seal, quota, ...details, ...this.now() }),
    );
    if (reply instanceof CacheError) return reply;
    if (reply.kind === 'stored') counters.storedCount += 1;
    else if (reply.reason === 'outdated') counters.outdatedCount += 1;
    else counters.refusedCount += 1;
    return reply;
  }

  async invalidate(
    tenant: TenantId,
    scope: Scope,
    counters: CacheCounters,
  ): Promise<InvalidateReply | StoreTrouble> {
    const reply = await this.call(tenant, counters, () =>
      this.store.invalidate({ tenant, scope, ...this.now() }),
    );
    if (!(reply instanceof CacheError)) counters.invalidatedCount += reply.removedCount;
    return reply;
  }

  removeTenant(tenant: TenantId, counters: CacheCounters): Promise<StoreTrouble | undefined> {
    return this.call(tenant, counters, async () => {
      await this.store.removeTenant(tenant);
      return undefined;
    });
  }

  acquireLease(
    tenant: TenantId,
    key: string,
    token: string,
    counters: CacheCounters,
  ): Promise<{ readonly acquired: boolean } | StoreTrouble> {
    const { leaseMs } = this.settings;
    return this.call(tenant, counters, () =>
      this.store.acquireLease({ tenant, key, token, leaseMs, ...this.now() }),
    );
  }

  releaseLease(
    tenant: TenantId,
    key: string,
    token: string,
    counters: CacheCounters,
  ): Promise<unknown> {
    const { leaseMs } = this.settings;
    return this.call(tenant, counters, () =>
      this.store.releaseLease({ tenant, key, token, leaseMs, ...this.now() }),
    );
  }

  private async call<T>(
    tenant: TenantId,
    counters: CacheCounters,
    attempt: () => Promise<T>,
  ): Promise<T | StoreTrouble> {
    if (!this.admits(tenant)) return this.refuse(counters);
    try {
      const reply = await attempt();
      this.succeeded(tenant);
      return reply;
    } catch (error) {
      return this.recover(tenant, counters, error, attempt);
    }
  }

  /**
   * Whether the tenant's circuit lets a call through. This, `succeeded` and `recover` are the parts
   * of a call, for the hit path, which affords no closure a request.
   */
  admits(tenant: TenantId): boolean {
    return this.breaker.admits(tenant, this.ports.nowMs);
  }

  succeeded(tenant: TenantId): void {
    this.breaker.succeeded(tenant);
  }

  refuse(counters: CacheCounters): StoreTrouble {
    counters.circuitOpenCount += 1;
    return new CacheError('circuit-open', 'the store failed repeatedly and is given time');
  }

  /** After a first attempt threw: tries again where that can help, else says what is wrong. */
  async recover<T>(
    tenant: TenantId,
    counters: CacheCounters,
    firstError: unknown,
    attempt: () => Promise<T>,
  ): Promise<T | StoreTrouble> {
    let error = firstError;
    for (let retryCount = 0; ; retryCount += 1) {
      if (!(error instanceof StoreError)) throw error;
      // A refusal is an answer: the store is there.
      if (error.code === 'refused') this.succeeded(tenant);
      else this.breaker.failed(tenant, this.ports.nowMs());
      const isWorthwhile = error.code === 'connection' && retryCount < this.settings.retriesMax;
      if (!isWorthwhile || !this.admits(tenant)) {
        counters.storeFailedCount += 1;
        return new CacheError('store-unavailable', `the store failed: ${error.code}`, error);
      }
      counters.retriedCount += 1;
      await this.pause(this.settings.retryPauseMs * 2 ** retryCount * this.ports.random());
      try {
        const reply = await attempt();
        this.succeeded(tenant);
        return reply;
      } catch (again) {
        error = again;
      }
    }
  }

  private now(): { readonly nowMs?: number } {
    return this.settings.storeClock === 'own' ? {} : { nowMs: Math.floor(this.ports.nowMs()) };
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.ports.after(delayMs, resolve);
    });
  }
}
