import type { LoadOutcome } from '../../core/cache/outcome.ts';
import type { TenantContext } from '../../core/cache/tenant-context.ts';
import type { Scope, Value } from '../../core/stores/store.ts';
import type { CacheUnderTest } from './core-under-test.ts';
import { type Found, type Happened, markOf, OPEN, type Seen } from './history.ts';
import { type House, TTL_MS } from './house.ts';
import { Ledger, type WrittenForm } from './ledger.ts';

/** Who does something, where. */
export interface Actor {
  readonly step: number;
  readonly who: 0 | 1;
  readonly at: 0 | 1;
}

interface WriteOptions {
  readonly form: WrittenForm;
  readonly ttlMs: number;
  readonly tags: readonly string[];
}

/** Carries out operations in a house and writes down what happened. */
export class Performer {
  readonly history: Happened[] = [];
  private readonly house: House;
  private readonly ledger = new Ledger();
  private moment = 0;

  constructor(house: House) {
    this.house = house;
  }

  get(actor: Actor, key: string): Promise<Happened> {
    const { cache, context, event } = this.begin(actor, 'get', { key });
    return this.follow(event, () => cache.get(context, key));
  }

  put(actor: Actor, key: string, { form, ttlMs, tags }: WriteOptions): Promise<Happened> {
    const { cache, context, event } = this.begin(actor, 'put', { key });
    const written = this.ledger.write(actor.who, key, { form, ttlMs, tags });
    event.written = written;
    event.writtenFrom = event.startedAt;
    return this.follow(event, () => cache.put(context, key, written.value, { ttlMs, tags }));
  }

  /** @param until what the loader waits for before it hands over its value */
  load(
    actor: Actor,
    key: string,
    { form, tags }: Omit<WriteOptions, 'ttlMs'>,
    until: (called: Happened) => Promise<void> | undefined,
  ): { readonly event: Happened; readonly done: Promise<Happened> } {
    const { cache, context, event } = this.begin(actor, 'load', { key });
    const load = async (): Promise<Value> => {
      const written = this.ledger.write(actor.who, key, { form, ttlMs: TTL_MS, tags });
      event.written = written;
      event.writtenFrom = this.tick();
      await until(event);
      return written.value;
    };
    return { event, done: this.follow(event, () => cache.getOrLoad(context, key, load, { tags })) };
  }

  invalidate(actor: Actor, scope: Scope): Promise<Happened> {
    const { cache, context, event } = this.begin(actor, 'invalidate', { scope });
    return this.follow(event, () => cache.invalidate(context, scope));
  }

  remove(actor: Actor): Promise<Happened> {
    const { cache, context, event } = this.begin(actor, 'remove');
    return this.follow(event, () => cache.removeTenant(context));
  }

  list(actor: Actor): Promise<Happened> {
    const { context, event } = this.begin(actor, 'list');
    const { store, time } = this.house;
    return this.follow(event, async () => {
      const keys = (await store.listKeys(context.tenant, time.nowMs)).sort();
      return { kind: 'listed', keys };
    });
  }

  usage(actor: Actor): Promise<Happened> {
    const { context, event } = this.begin(actor, 'usage');
    const { store, time } = this.house;
    return this.follow(event, async () => {
      const usage = await store.readUsage(context.tenant, time.nowMs);
      return { kind: 'usage', ...usage };
    });
  }

  counters(actor: Actor): Promise<Happened> {
    const { cache, context, event } = this.begin(actor, 'counters');
    return this.follow(event, async () => ({
      kind: 'counters',
      ...cache.countersOf(context.tenant),
    }));
  }

  /** What one tenant could see, in the order in which it asked. */
  seenBy(who: number): { readonly step: number; readonly seen: Seen }[] {
    return this.history
      .filter((event) => event.who === who)
      .map(({ step, seen }) => ({ step, seen }));
  }

  private begin(
    { step, who, at }: Actor,
    verb: Happened['verb'],
    more: Pick<Happened, 'key' | 'scope'> = {},
  ): { cache: CacheUnderTest; context: TenantContext; event: Happened } {
    const event: Happened = {
      ...{ step, who, at, verb, ...more, seen: OPEN },
      startedAt: this.tick(),
      startedAtMs: this.house.time.nowMs,
      endedAt: Number.POSITIVE_INFINITY,
      endedAtMs: Number.POSITIVE_INFINITY,
    };
    this.history.push(event);
    return { cache: this.house.processes[at], context: this.house.contexts[who], event };
  }

  private async follow(event: Happened, run: () => Promise<unknown>): Promise<Happened> {
    try {
      this.note(event, (await run()) as { kind: string });
    } catch (error) {
      const { name, message } = error as Error;
      event.seen = { kind: 'threw', name, message };
    }
    event.endedAt = this.tick();
    event.endedAtMs = this.house.time.nowMs;
    return event;
  }

  private note(event: Happened, outcome: { readonly kind: string }): void {
    const { value, error, ...rest } = outcome as Partial<LoadOutcome> & {
      kind: string;
      value?: Value;
      error?: Error;
    };
    if (value !== undefined) {
      event.found = this.ledger.find(value) ?? 'a value that nobody wrote';
      // What a caller does to its array must change nobody's value, its own next read included.
      if (typeof value !== 'string') value.fill(0);
    } else if (outcome.kind === 'miss') {
      event.found = 'nothing';
    }
    event.seen = {
      ...rest,
      ...(value === undefined ? {} : { value: markOf(event.found as Found) }),
      ...(error === undefined ? {} : { error: error.message }),
    };
  }

  private tick(): number {
    this.moment += 1;
    return this.moment;
  }
}
