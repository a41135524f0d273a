import type {
  Fence,
  InvalidateRequest,
  LeaseRequest,
  LookupReply,
  LookupRequest,
  PutReply,
  PutRequest,
  Scope,
  Store,
  Value,
} from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { TIERS, type Tier } from '../tenancy/tier.ts';
import type { CachePorts } from './ports.ts';
import type { CacheSettings } from './settings.ts';
import { TenantCache } from './tenant-cache.ts';
import { makeTenantContext } from './tenant-context.ts';

/** A clock that stands still until a test moves it, with the timers that hang on it. */
export class VirtualTime {
  nowMs = 1_000_000;
  clockReadCount = 0;
  private timers: { dueMs: number; run: () => void }[] = [];

  readonly read = (): number => {
    this.clockReadCount += 1;
    return this.nowMs;
  };

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { dueMs: this.nowMs + delayMs, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  get timerCount(): number {
    return this.timers.length;
  }

  /** Moves the clock and runs what falls due on the way, promises in between included. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settle();
    for (;;) {
      const due = this.timers
        .filter((timer) => timer.dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      due.run();
      await settle();
    }
    this.nowMs = untilMs;
    await settle();
  }
}

/** Lets every promise that can settle without a timer do so. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A promise settled by hand. */
export function makeDeferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

interface FakeEntry {
  readonly value: Value;
  readonly seal: string;
  readonly loadMs: number;
  readonly expiresAtMs: number;
}

/** A store of plain maps with one fence a tenant, enough for the cache's own tests. */
export class MapStore implements Store {
  readonly entries = new Map<TenantId, Map<string, FakeEntry>>();
  private readonly generations = new Map<TenantId, number>();
  private readonly leases = new Map<string, { token: string; untilMs: number }>();
  private readonly time: VirtualTime;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  async lookup({ tenant, key }: LookupRequest): Promise<LookupReply> {
    const fence: Fence = String(this.generations.get(tenant) ?? 0);
    const entry = this.entries.get(tenant)?.get(key);
    if (entry === undefined || entry.expiresAtMs <= this.time.nowMs) {
      return { kind: 'miss', fence, nearLimit: false };
    }
    const ttlRemainingMs = entry.expiresAtMs - this.time.nowMs;
    return { kind: 'hit', ...entry, ttlRemainingMs, fence, nearLimit: false };
  }

  async put(request: PutRequest): Promise<PutReply> {
    const { tenant, key, value, seal, fence, ttlMs } = request;
    if (fence !== undefined && fence !== String(this.generations.get(tenant) ?? 0)) {
      return { kind: 'rejected', reason: 'outdated', usageBytes: 0 };
    }
    const entries = this.entries.get(tenant) ?? new Map<string, FakeEntry>();
    this.entries.set(tenant, entries);
    const expiresAtMs = this.time.nowMs + ttlMs;
    entries.set(key, { value, seal, loadMs: request.loadMs ?? 0, expiresAtMs });
    return { kind: 'stored', usageBytes: value.length, evictedCount: 0, nearLimit: false };
  }

  async invalidate({ tenant, scope }: InvalidateRequest) {
    this.generations.set(tenant, (this.generations.get(tenant) ?? 0) + 1);
    let removedCount = 0;
    for (const key of this.entries.get(tenant)?.keys() ?? []) {
      if (isInScope(key, scope) && this.entries.get(tenant)?.delete(key)) removedCount += 1;
    }
    return { removedCount };
  }

  async acquireLease({ tenant, key, token, leaseMs }: LeaseRequest) {
    const name = JSON.stringify([tenant, key]);
    const held = this.leases.get(name);
    const acquired = held === undefined || held.untilMs <= this.time.nowMs || held.token === token;
    if (acquired) this.leases.set(name, { token, untilMs: this.time.nowMs + leaseMs });
    return { acquired };
  }

  async releaseLease({ tenant, key, token }: LeaseRequest) {
    const name = JSON.stringify([tenant, key]);
    if (this.leases.get(name)?.token === token) this.leases.delete(name);
  }

  readUsage = () => Promise.reject(new Error('not in this store'));
  listKeys = () => Promise.reject(new Error('not in this store'));
  reconcile = () => Promise.reject(new Error('not in this store'));
  removeTenant = () => Promise.reject(new Error('not in this store'));
  close = () => Promise.resolve();
}

function isInScope(key: string, scope: Scope): boolean {
  if (scope.kind === 'key') return key === scope.key;
  return scope.kind === 'prefix' ? key.startsWith(scope.prefix) : true;
}

type Verb = 'lookup' | 'put' | 'invalidate' | 'acquireLease' | 'releaseLease';

/** A store whose calls are counted and can be made to wait, fail or answer otherwise. */
export class GatedStore implements Store {
  readonly calls: { readonly verb: Verb; readonly tenant: TenantId }[] = [];
  /** Before a call takes effect, and before its reply arrives; may wait, or throw. */
  before: (verb: Verb, tenant: TenantId) => unknown = () => undefined;
  after: (verb: Verb, tenant: TenantId) => unknown = () => undefined;
  /** In place of what a lookup found. */
  replaceLookup: (reply: LookupReply, request: LookupRequest) => LookupReply = (reply) => reply;
  private readonly inner: Store;

  constructor(inner: Store) {
    this.inner = inner;
  }

  lookup = (request: LookupRequest) =>
    this.gate('lookup', request, async () =>
      this.replaceLookup(await this.inner.lookup(request), request),
    );
  put = (request: PutRequest) => this.gate('put', request, () => this.inner.put(request));
  invalidate = (request: InvalidateRequest) =>
    this.gate('invalidate', request, () => this.inner.invalidate(request));
  acquireLease = (request: LeaseRequest) =>
    this.gate('acquireLease', request, () => this.inner.acquireLease(request));
  releaseLease = (request: LeaseRequest) =>
    this.gate('releaseLease', request, () => this.inner.releaseLease(request));
  readUsage = (tenant: TenantId) => this.inner.readUsage(tenant);
  listKeys = (tenant: TenantId) => this.inner.listKeys(tenant);
  reconcile = (tenant: TenantId) => this.inner.reconcile(tenant);
  removeTenant = (tenant: TenantId) => this.inner.removeTenant(tenant);
  close = () => this.inner.close();

  countOf(verb: Verb): number {
    return this.calls.filter((call) => call.verb === verb).length;
  }

  private async gate<T>(verb: Verb, { tenant }: { tenant: TenantId }, run: () => Promise<T>) {
    this.calls.push({ verb, tenant });
    await this.before(verb, tenant);
    const reply = await run();
    await this.after(verb, tenant);
    return reply;
  }
}

export function makeContext(name = 'acme', tier: Tier = TIERS.gold) {
  return makeTenantContext(name as TenantId, tier);
}

/** A cache over a gated store in virtual time; early refresh and jitter are off unless asked for. */
export function makeCache(
  settings: Partial<CacheSettings> = {},
  ports: Partial<CachePorts> = {},
  shared: { readonly time: VirtualTime; readonly store: GatedStore } = makeStore(),
) {
  const { time, store } = shared;
  const cache = new TenantCache(
    store,
    { nowMs: time.read, random: () => 0.5, after: time.after, ...ports },
    { earlyRefresh: false, ttlJitter: 0, ...settings },
  );
  return { time, store, cache };
}

/** What several caches can share, as processes share a server. */
export function makeStore() {
  const time = new VirtualTime();
  return { time, store: new GatedStore(new MapStore(time)) };
}
