import type {
  Fence,
  InvalidateRequest,
  LookupReply,
  LookupRequest,
  PutReply,
  PutRequest,
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

/** A store of plain maps with a fence a tenant; every call can be made to fail or to wait. */
export class FakeStore implements Store {
  readonly entries = new Map<TenantId, Map<string, FakeEntry>>();
  readonly calls: { readonly verb: string; readonly tenant: TenantId }[] = [];
  /** Runs before every call takes effect; may wait, or throw. */
  before: (verb: string, tenant: TenantId) => Promise<void> | void = () => {};
  rejectForMs = 0;
  private readonly generations = new Map<TenantId, number>();
  private readonly time: VirtualTime;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  async lookup({ tenant, key }: LookupRequest): Promise<LookupReply> {
    await this.begin('lookup', tenant);
    if (this.rejectForMs > 0) {
      return { kind: 'rejected', reason: 'rate', retryAfterMs: this.rejectForMs };
    }
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
    await this.begin('put', tenant);
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
    await this.begin('invalidate', tenant);
    this.generations.set(tenant, (this.generations.get(tenant) ?? 0) + 1);
    let removedCount = 0;
    for (const key of this.entries.get(tenant)?.keys() ?? []) {
      const isInScope =
        scope.kind === 'key'
          ? key === scope.key
          : scope.kind === 'prefix'
            ? key.startsWith(scope.prefix)
            : true;
      if (isInScope && this.entries.get(tenant)?.delete(key)) removedCount += 1;
    }
    return { removedCount };
  }

  callCount(verb: string): number {
    return this.calls.filter((call) => call.verb === verb).length;
  }

  private async begin(verb: string, tenant: TenantId): Promise<void> {
    this.calls.push({ verb, tenant });
    await this.before(verb, tenant);
  }

  acquireLease = () => Promise.reject(new Error('not in this store'));
  releaseLease = () => Promise.reject(new Error('not in this store'));
  readUsage = () => Promise.reject(new Error('not in this store'));
  listKeys = () => Promise.reject(new Error('not in this store'));
  reconcile = () => Promise.reject(new Error('not in this store'));
  removeTenant = () => Promise.reject(new Error('not in this store'));
  close = () => Promise.resolve();
}

export function makeContext(name = 'acme', tier: Tier = TIERS.gold) {
  return makeTenantContext(name as TenantId, tier);
}

/** A cache over a fake store in virtual time; early refresh and jitter are off unless asked for. */
export function makeCache(settings: Partial<CacheSettings> = {}, ports: Partial<CachePorts> = {}) {
  const time = new VirtualTime();
  const store = new FakeStore(time);
  const cache = new TenantCache(
    store,
    { nowMs: time.read, random: () => 0.5, after: time.after, ...ports },
    { earlyRefresh: false, ttlJitter: 0, ...settings },
  );
  return { time, store, cache };
}
