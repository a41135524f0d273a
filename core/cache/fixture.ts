import { MemoryStore } from '../stores/memory-store.ts';
import type {
  InvalidateRequest,
  LeaseRequest,
  LookupReply,
  LookupRequest,
  PutRequest,
  Store,
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

/** A store in virtual time. */
export function makeMemoryStore(time: VirtualTime): MemoryStore {
  return new MemoryStore({ nowMs: () => time.nowMs });
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
  return { time, store: new GatedStore(makeMemoryStore(time)) };
}
