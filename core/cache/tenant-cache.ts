import { checkLookup } from '../stores/check-request.ts';
import type { Fence, LookupReply, Scope, Store, Value } from '../stores/store.ts';
import { StoreError } from '../stores/store-error.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { type CacheCounters, CounterTable } from './counters.ts';
import { decideEarlyRefresh } from './early-refresh.ts';
import { CacheError, type StoreTrouble } from './errors.ts';
import type { LoadErrand } from './load-errand.ts';
import type { Loader, LoadOptions, LookupOptions, PutOptions } from './loader.ts';
import { Loading } from './loading.ts';
import { LocalAnswers } from './local-answers.ts';
import { LocalShare } from './local-share.ts';
import type {
  Failed,
  GetOutcome,
  InvalidateOutcome,
  LoadOutcome,
  Miss,
  Outcome,
  PutOutcome,
  RateRejected,
  RemoveOutcome,
} from './outcome.ts';
import type { CachePorts } from './ports.ts';
import { isOwn } from './seal.ts';
import { type CacheSettings, DEFAULT_SETTINGS } from './settings.ts';
import { StoreAccess } from './store-access.ts';
import { limitAt, type TenantContext } from './tenant-context.ts';

const NO_OPTIONS: LoadOptions = {};

/**
 * A cache that many tenants share. Every operation names its tenant by the context made when it was
 * authenticated, concerns that tenant alone, and comes to one value of a closed union; what rejects
 * is bad input. A hit costs one call to the store and reads no clock.
 *
 * The rate limits what asks for values, `get` and `getOrLoad`, and with them the fills of misses. A
 * write or an invalidation by itself is bounded by the quota alone: a service that lets tenants make
 * those has to limit them before.
 */
export class TenantCache {
  private readonly store: Store;
  private readonly ports: CachePorts;
  private readonly settings: CacheSettings;
  private readonly counters: CounterTable;
  private readonly local: LocalAnswers;
  private readonly localShare: LocalShare;
  private readonly access: StoreAccess;
  private readonly loading: Loading;

  /** Settings are taken as they are; check those from outside with `parseCacheSettings`. */
  constructor(store: Store, ports: CachePorts, settings: Partial<CacheSettings> = {}) {
    this.store = store;
    this.ports = ports;
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    const { tenantsMax, localShare } = this.settings;
    this.counters = new CounterTable(tenantsMax);
    this.local = new LocalAnswers(this.settings, ports);
    this.localShare = new LocalShare(localShare, tenantsMax);
    this.access = new StoreAccess(store, this.settings, ports);
    this.loading = new Loading(this.access, this.settings, ports);
  }

  /** The tenant's value of the key, if it is there. */
  get(
    context: TenantContext,
    key: string,
    options: LookupOptions = NO_OPTIONS,
  ): Promise<GetOutcome> {
    return this.answer(context, key, undefined, options);
  }

  /** The tenant's value of the key; on a miss `load` fetches it, once for all who ask. */
  getOrLoad(
    context: TenantContext,
    key: string,
    load: Loader,
    options: LoadOptions = NO_OPTIONS,
  ): Promise<LoadOutcome> {
    return this.answer(context, key, load, options);
  }

  /** Writes a value; the tenant's own least recently used entries make room for it. */
  async put(
    context: TenantContext,
    key: string,
    value: Value,
    options: PutOptions = NO_OPTIONS,
  ): Promise<PutOutcome> {
    const counters = this.counters.of(context.tenant);
    const tags = options.tags === undefined ? {} : { tags: options.tags };
    const details = { ttlMs: options.ttlMs ?? context.ttlMs, ...tags };
    const reply = await this.access.put(context, key, value, details, counters);
    this.local.outdate(context.tenant, { kind: 'key', key });
    if (reply instanceof CacheError) return failed(reply);
    if (reply.kind === 'rejected') return reply;
    return { ...reply, wouldReject: reply.wouldReject === true };
  }

  /** Removes one key: `invalidate` with a scope of one. */
  delete(context: TenantContext, key: string): Promise<InvalidateOutcome> {
    return this.invalidate(context, { kind: 'key', key });
  }

  /**
   * Removes everything of the tenant in the scope. When it returns, nothing of the scope that was
   * written before is readable, nor will a load begun before it land or be joined.
   */
  async invalidate(context: TenantContext, scope: Scope): Promise<InvalidateOutcome> {
    const { tenant } = context;
    const reply = await this.access.invalidate(tenant, scope, this.counters.of(tenant));
    this.loading.detachUnfenced(tenant);
    this.local.outdate(tenant, scope);
    if (reply instanceof CacheError) return failed(reply);
    return { kind: 'invalidated', removedCount: reply.removedCount };
  }

  /**
   * Removes the tenant with its entries, usage and limits, and what local tiers hold of it. A load
   * begun before does not land after.
   */
  async removeTenant(context: TenantContext): Promise<RemoveOutcome> {
    const { tenant } = context;
    const trouble = await this.access.removeTenant(tenant, this.counters.of(tenant));
    this.loading.detachUnfenced(tenant);
    this.local.outdate(tenant, { kind: 'tenant' });
    return trouble === undefined ? { kind: 'removed' } : failed(trouble);
  }

  /**
   * What happened to the tenant in this process, to be read only; zeros for a tenant beyond
   * `tenantsMax`.
   */
  countersOf(tenant: TenantId): Readonly<CacheCounters> {
    return this.counters.read(tenant);
  }

  /** The counters of all tenants; those beyond `tenantsMax` together, under `undefined`. */
  allCounters(): Iterable<readonly [TenantId | undefined, Readonly<CacheCounters>]> {
    return this.counters.all();
  }

  private answer(
    context: TenantContext,
    key: string,
    load: undefined,
    options: LookupOptions,
  ): Promise<GetOutcome>;
  private answer(
    context: TenantContext,
    key: string,
    load: Loader,
    options: LoadOptions,
  ): Promise<LoadOutcome>;
  private async answer(
    context: TenantContext,
    key: string,
    load: Loader | undefined,
    options: LoadOptions,
  ): Promise<Outcome> {
    const { tenant } = context;
    const limit = limitAt(context, this.ports.nowMs);
    const counters = this.counters.of(tenant);
    const cost = options.cost ?? 1;

    const local = this.local.answer(tenant, key, cost, counters);
    if (local !== undefined) return local;
    const epoch = this.local.epochOf(tenant);

    let reply: LookupReply | StoreTrouble;
    if (this.access.admits(tenant)) {
      const request = this.access.lookupRequest(tenant, key, limit, cost);
      try {
        reply = await this.store.lookup(request);
        this.access.succeeded(tenant);
      } catch (error) {
        if (isUnreadable(error)) {
          this.access.succeeded(tenant);
          counters.unreadableCount += 1;
          return this.answerForeign(context, key, load, options, NO_WARNINGS);
        }
        const again = () => this.store.lookup(request);
        reply = await this.access.recover(tenant, counters, error, again);
      }
    } else {
      reply = this.access.refuse(counters);
    }
    if (reply instanceof CacheError) return this.bypass(context, key, load, options, reply);
    if (reply.kind === 'rejected') {
      const { retryAfterMs } = reply;
      counters.rejectedCount += 1;
      // The other partitions of a tenant may have tokens left.
      if (reply.ofPartition !== true) this.local.noteRejection(tenant, cost, retryAfterMs);
      return { kind: 'rejected', reason: 'rate', retryAfterMs, by: 'store' };
    }

    const { fence, nearLimit } = reply;
    const wouldReject = reply.wouldReject === true;
    if (reply.kind === 'hit') {
      if (!isOwn(tenant, key, reply, counters, this.ports)) {
        return this.answerForeign(context, key, load, options, { nearLimit, wouldReject });
      }
      const { value } = reply;
      counters.hitCount += 1;
      if (epoch !== undefined) this.local.keep(tenant, key, reply, epoch);
      if (load !== undefined && this.isDueForRefresh(reply)) {
        this.loading.refresh(errandFor(context, key, load, options, counters, fence));
      }
      return { kind: 'hit', value, source: 'store', nearLimit, wouldReject };
    }

    counters.missCount += 1;
    if (load === undefined) return { kind: 'miss', nearLimit, wouldReject };
    return this.loading.run(errandFor(context, key, load, options, counters, fence));
  }

  /**
   * A miss by a value under a foreign seal, or one that cannot be read. The fence that came with it is as foreign, so the load
   * is neither put nor shared; the entry goes, so that the next request misses with its own fence.
   */
  private async answerForeign(
    context: TenantContext,
    key: string,
    load: Loader | undefined,
    options: LoadOptions,
    warnings: { readonly nearLimit: boolean; readonly wouldReject: boolean },
  ): Promise<Miss | LoadOutcome> {
    const counters = this.counters.of(context.tenant);
    counters.missCount += 1;
    await this.access.invalidate(context.tenant, { kind: 'key', key }, counters);
    if (load === undefined) return { kind: 'miss', ...warnings };
    return this.loading.runAlone(errandFor(context, key, load, options, counters, undefined));
  }

  /** Without the store: fail closed, or load behind this process's share of the limit. */
  private bypass(
    context: TenantContext,
    key: string,
    load: Loader | undefined,
    options: LoadOptions,
    error: StoreTrouble,
  ): Promise<LoadOutcome> | Failed | RateRejected {
    const { tenant } = context;
    const limit = limitAt(context, this.ports.nowMs);
    const cost = options.cost ?? 1;
    // No store sees this request that would refuse bad input.
    checkLookup({ tenant, key, limit, cost });
    if (load === undefined || this.settings.onStoreFailure === 'fail-closed') return failed(error);
    const counters = this.counters.of(tenant);
    const retryAfterMs = this.localShare.take(tenant, limit, cost, this.ports.nowMs());
    if (retryAfterMs > 0) {
      counters.localRejectedCount += 1;
      return { kind: 'rejected', reason: 'rate', retryAfterMs, by: 'local-share' };
    }
    counters.bypassedCount += 1;
    return this.loading.run(errandFor(context, key, load, options, counters, undefined));
  }

  private isDueForRefresh(hit: { readonly ttlRemainingMs: number; readonly loadMs: number }) {
    const { earlyRefresh, earlyRefreshBeta } = this.settings;
    if (!earlyRefresh) return false;
    return decideEarlyRefresh(hit.ttlRemainingMs, hit.loadMs, earlyRefreshBeta, this.ports.random);
  }
}

const NO_WARNINGS = { nearLimit: false, wouldReject: false };

/** The entry is in no form that was written: asking again finds the same. */
function isUnreadable(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'malformed-reply' && error.definite;
}

function errandFor(
  context: TenantContext,
  key: string,
  load: Loader,
  options: LoadOptions,
  counters: CacheCounters,
  fence: Fence | undefined,
): LoadErrand {
  const leaseToken = undefined;
  return { context, key, load, options, counters, fence, leaseToken, isAbandoned: false };
}

function failed(error: StoreTrouble): Failed {
  return { kind: 'failed', reason: error.code, error };
}
