import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../stores/memory-store.ts';
import type { Fence, Store } from '../stores/store.ts';
import { type CacheCounters, makeCounters } from './counters.ts';
import { GatedStore, makeCache, makeContext, makeMemoryStore, VirtualTime } from './fixture.ts';
import type { LoadOutcome } from './outcome.ts';
import type { TenantCache } from './tenant-cache.ts';

/** Far enough away that the timer of it is never let fire. */
const NEVER_MS = 1e9;
const TENANTS = ['a', 'a:'].map((name) => ({ ...makeContext(name), deadlineMs: NEVER_MS }));
const KEYS = ['k', ':k', 'kk'];

type Step =
  | { readonly verb: 'load'; readonly tenant: number; readonly key: string }
  | { readonly verb: 'change'; readonly tenant: number; readonly key: string; readonly by: By };
type By = 'key' | 'prefix' | 'tenant';

const tenant = fc.nat({ max: TENANTS.length - 1 });
const key = fc.constantFrom('k', 'k', ...KEYS);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ verb: fc.constant('load' as const), tenant, key }) },
    {
      weight: 1,
      arbitrary: fc.record({
        verb: fc.constant('change' as const),
        tenant,
        key,
        by: fc.constantFrom<By[]>('key', 'prefix', 'tenant'),
      }),
    },
  ),
  { minLength: 2, maxLength: 12 },
);

/** The truth behind the cache: a version for every tenant and key, raised before each invalidation. */
class Source {
  private readonly versions = new Map<string, number>();

  read(tenantIndex: number, name: string): number {
    return this.versions.get(JSON.stringify([tenantIndex, name])) ?? 0;
  }

  raise(tenantIndex: number, name: string): void {
    const id = JSON.stringify([tenantIndex, name]);
    this.versions.set(id, (this.versions.get(id) ?? 0) + 1);
  }
}

interface Plan {
  readonly steps: readonly Step[];
  readonly makeInner?: (time: VirtualTime) => Store;
  /** Loads of the first tenant hang, fail, and meet their deadline at any moment. */
  readonly isFirstFaulty?: boolean;
  readonly settings?: Parameters<typeof makeCache>[0];
  readonly cacheCount?: number;
  /** The clock moves with every load, so that loads take time and hits may refresh. */
  readonly ticks?: boolean;
}

interface Observed {
  /** By tenant. */
  readonly outcomes: LoadOutcome[][];
  readonly counters: CacheCounters[];
}

/**
 * Runs the steps concurrently, every arrival, reply, load and timer in an order the scheduler
 * chooses, and checks of each load: the value is the asking tenant's own, of the key asked for, and
 * not older than what was current when the last invalidation had returned before the request began.
 */
async function runInterleaved(scheduler: fc.Scheduler, plan: Plan): Promise<Observed> {
  const time = new VirtualTime();
  const store = new GatedStore(plan.makeInner?.(time) ?? makeMemoryStore(time));
  const pause = (label: string) => scheduler.schedule(Promise.resolve(), label);
  store.before = (verb) => pause(`${verb} arrives`);
  store.after = (verb) => pause(`${verb} replies`);
  const after = (delayMs: number, run: () => void) => {
    let isCancelled = delayMs >= NEVER_MS;
    pause('timer').then(
      () => isCancelled || run(),
      () => {},
    );
    return () => {
      isCancelled = true;
    };
  };
  const caches = Array.from(
    { length: plan.cacheCount ?? 1 },
    (_, at) =>
      makeCache(plan.settings, { after, random: () => at / 7 + 0.01 }, { time, store }).cache,
  );
  const contexts = TENANTS.map((context, at) =>
    plan.isFirstFaulty && at === 0 ? { ...context, deadlineMs: 1 } : context,
  );
  let loadCount = 0;
  const source = new Source();
  const current = new Source();
  const outcomes: LoadOutcome[][] = TENANTS.map(() => []);

  async function load(cache: TenantCache, at: number, name: string): Promise<void> {
    const context = contexts[at];
    if (context === undefined) throw new Error('no such tenant');
    const oldest = current.read(at, name);
    const outcome = await cache.getOrLoad(context, name, async () => {
      await pause('load starts');
      const version = source.read(at, name);
      loadCount += 1;
      if (plan.isFirstFaulty && at === 0 && loadCount % 3 === 0) throw new Error('faulty');
      if (plan.isFirstFaulty && at === 0 && loadCount % 3 === 1) await new Promise(() => {});
      if (plan.ticks) time.nowMs += 1;
      // A load outlasts other steps: what it read may be outdated long before it ends.
      for (let at = 0; at < 6; at += 1) await pause('load goes on');
      return JSON.stringify([at, name, version]);
    });
    outcomes[at]?.push(outcome);
    if (outcome.kind !== 'hit' && outcome.kind !== 'loaded') return;
    const [owner, ownedKey, version] = JSON.parse(String(outcome.value));
    expect([owner, ownedKey]).toEqual([at, name]);
    expect(version, `${name} is stale`).toBeGreaterThanOrEqual(oldest);
  }

  async function change(cache: TenantCache, at: number, name: string, by: By): Promise<void> {
    const context = TENANTS[at];
    if (context === undefined) throw new Error('no such tenant');
    const isHit = (other: string) =>
      by === 'tenant' || (by === 'key' ? other === name : other.startsWith(name));
    for (const other of KEYS) if (isHit(other)) source.raise(at, other);
    const raised = KEYS.filter(isHit).map((other) => [other, source.read(at, other)] as const);
    const scope =
      by === 'key'
        ? ({ kind: 'key', key: name } as const)
        : by === 'prefix'
          ? ({ kind: 'prefix', prefix: name } as const)
          : ({ kind: 'tenant' } as const);
    await cache.invalidate(context, scope);
    for (const [other, version] of raised) {
      while (current.read(at, other) < version) current.raise(at, other);
    }
  }

  const begun = plan.steps.map(async (step, at) => {
    await pause(`step ${at}`);
    const cache = caches[at % caches.length];
    if (cache === undefined) throw new Error('no such cache');
    if (step.verb === 'load') await load(cache, step.tenant, step.key);
    else {
      await change(cache, step.tenant, step.key, step.by);
      // Whoever invalidates likes to read what it wrote: the request most easily served stale.
      await load(cache, step.tenant, step.key);
    }
  });
  await scheduler.waitFor(Promise.all(begun));
  // Read, and read again: in the second reading every kind of hit that there is can happen.
  for (const _ of ['read', 'again']) {
    const settled = TENANTS.flatMap((_, at) =>
      KEYS.map((name) => caches[0] && load(caches[0], at, name)),
    );
    await scheduler.waitFor(Promise.all(settled));
  }
  const counters = caches.flatMap((cache) =>
    TENANTS.map((context) => ({ ...cache.countersOf(context.tenant) })),
  );
  return { outcomes, counters };
}

/** A store that lets a fill land whatever was invalidated since its miss. */
class FencelessStore extends MemoryStore {
  override put(request: Parameters<Store['put']>[0]) {
    const { fence: _, ...unfenced } = request;
    return super.put(unfenced);
  }
}

/** A store that always hands out the first fence there was, as if nothing were ever invalidated. */
class UnmarkedStore extends MemoryStore {
  private readonly fences = new Map<string, Fence>();

  override async lookup(request: Parameters<Store['lookup']>[0]) {
    const reply = await super.lookup(request);
    if (reply.kind === 'rejected') return reply;
    const fence = this.fences.get(request.tenant) ?? reply.fence;
    this.fences.set(request.tenant, fence);
    return { ...reply, fence };
  }
}

/** A store that answers with whichever tenant's entry of the key it finds first. */
class MixingStore extends MemoryStore {
  override async lookup(request: Parameters<Store['lookup']>[0]) {
    for (const { tenant: other } of TENANTS) {
      const reply = await super.lookup({ ...request, tenant: other });
      if (reply.kind === 'hit') return reply;
    }
    return super.lookup(request);
  }
}

/** What the interleavings came across in all; a property that met nothing has shown nothing. */
type Totals = Record<keyof CacheCounters, number>;

function property(
  plan: Omit<Plan, 'steps'>,
  totals: Totals = makeCounters(),
  check: (observed: Observed) => void = () => {},
) {
  return fc.asyncProperty(fc.scheduler(), steps, async (scheduler, drawn) => {
    const observed = await runInterleaved(scheduler, { ...plan, steps: drawn });
    for (const counters of observed.counters) {
      for (const [name, count] of Object.entries(counters)) {
        totals[name as keyof Totals] += count;
      }
    }
    check(observed);
  });
}

describe('whatever the order of arrivals, replies and loads', () => {
  it('nobody gets another’s value, nor one older than an invalidation that had returned', async () => {
    const totals = makeCounters();
    await fc.assert(property({}, totals), { numRuns: 400 });
    expect(totals.sharedCount).toBeGreaterThan(0);
    expect(totals.outdatedCount).toBeGreaterThan(0);
    expect(totals.hitCount).toBeGreaterThan(0);
    expect(totals.sealMismatchCount).toBe(0);
  });

  it('the same holds across two processes, with and without single-flight', async () => {
    await fc.assert(property({ cacheCount: 2 }), { numRuns: 200 });
    const settings = { singleFlight: false };
    await fc.assert(property({ cacheCount: 2, settings }), { numRuns: 200 });
  });

  it('the same holds while hits refresh early and processes take leases', async () => {
    const totals = makeCounters();
    const settings = { earlyRefresh: true, earlyRefreshBeta: 1e9, lease: true };
    await fc.assert(property({ cacheCount: 2, settings, ticks: true }, totals), { numRuns: 200 });
    expect(totals.refreshedCount).toBeGreaterThan(0);
  });

  it('the same holds of values kept in the process', async () => {
    const totals = makeCounters();
    await fc.assert(property({ settings: { localTier: true } }, totals), { numRuns: 300 });
    expect(totals.localHitCount).toBeGreaterThan(0);
  });

  it('failing, hanging and late loads of one tenant change nothing for the other', async () => {
    const totals = makeCounters();
    const faulty = property({ isFirstFaulty: true }, totals, ({ outcomes }) => {
      const kinds = (outcomes[1] ?? []).map((outcome) => outcome.kind);
      expect(kinds.filter((kind) => kind !== 'hit' && kind !== 'loaded')).toEqual([]);
    });
    await fc.assert(faulty, { numRuns: 300 });
    expect(totals.deadlineCount).toBeGreaterThan(0);
    expect(totals.loaderFailedCount).toBeGreaterThan(0);
  });

  it('a store that mixes tenants up yields misses and alarms, never another’s value', async () => {
    const totals = makeCounters();
    const makeInner = (time: VirtualTime) => new MixingStore({ nowMs: () => time.nowMs });
    await fc.assert(property({ makeInner }, totals), { numRuns: 200 });
    expect(totals.sealMismatchCount).toBeGreaterThan(0);
  });
});

describe('these properties', () => {
  const isCaught = async (makeInner: (time: VirtualTime) => Store, cacheCount = 1) => {
    const details = await fc.check(property({ makeInner, cacheCount }), { numRuns: 1000 });
    return details.failed && String(details.errorInstance).includes('stale');
  };

  it('catch a store that lets stale fills land', async () => {
    expect(await isCaught((time) => new FencelessStore({ nowMs: () => time.nowMs }))).toBe(true);
  });

  it('catch flights joined across an invalidation', async () => {
    expect(await isCaught((time) => new UnmarkedStore({ nowMs: () => time.nowMs }))).toBe(true);
  });
});
