import type { Value } from '../stores/store.ts';
import { InvalidInputError } from '../tenancy/invalid-input-error.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { isWellFormed } from '../tenancy/utf8.ts';
import { DEADLINE_PASSED, withinDeadline } from './deadline.ts';
import { jitterTtl } from './early-refresh.ts';
import { CacheError } from './errors.ts';
import { Lease } from './lease.ts';
import type { LoadErrand } from './load-errand.ts';
import { LoadSlots } from './load-slots.ts';
import type { LoadTask } from './loader.ts';
import { copyOf } from './local-tier.ts';
import type { Failed, Fill, Hit, LoadOutcome } from './outcome.ts';
import type { CachePorts, Canceller } from './ports.ts';
import type { CacheSettings } from './settings.ts';
import { type Flight, SingleFlight } from './single-flight.ts';
import type { StoreAccess } from './store-access.ts';

interface Fetched {
  readonly kind: 'fetched';
  readonly value: Value;
  readonly loadMs: number;
}

/**
 * The story of a miss: join the flight of this tenant and key or lead one; wait for the lease if
 * leases are on; load within the tier's deadline; put behind the miss's fence; hand the value to
 * all who wait.
 */
export class Loading {
  private readonly flights = new SingleFlight<LoadOutcome>();
  private readonly slots: LoadSlots;
  private readonly lease: Lease;
  private readonly access: StoreAccess;
  private readonly settings: CacheSettings;
  private readonly ports: CachePorts;

  constructor(access: StoreAccess, settings: CacheSettings, ports: CachePorts) {
    this.access = access;
    this.settings = settings;
    this.ports = ports;
    this.slots = new LoadSlots(settings.loadsMax);
    this.lease = new Lease(access, settings, ports);
  }

  run(errand: LoadErrand): Promise<LoadOutcome> {
    if (!this.settings.singleFlight) return this.lead(errand);
    const { tenant } = errand.context;
    const flight = this.flights.find(tenant, errand.key, errand.fence);
    if (flight !== undefined) return this.join(flight, errand);
    return this.flights.lead(tenant, errand.key, errand.fence, this.lead(errand));
  }

  /** Loads for this request only: nobody may join, whatever the settings say. */
  runAlone(errand: LoadErrand): Promise<LoadOutcome> {
    return this.lead(errand);
  }

  /** Loads ahead of expiry and lets nobody wait; a key already being loaded is left alone. */
  refresh(errand: LoadErrand): void {
    const { context, key, fence, counters } = errand;
    if (this.flights.find(context.tenant, key, fence) !== undefined) return;
    const work = this.flights.lead(context.tenant, key, fence, this.lead(errand));
    work.then(
      (outcome) => {
        if (outcome.kind === 'loaded') counters.refreshedCount += 1;
      },
      // Bad input that the put found (tags, say): the request that leads on the next miss gets it.
      () => {},
    );
  }

  /** After an invalidation: nobody joins a load that bypassed the store, as no fence tells its age. */
  detachUnfenced(tenant: TenantId): void {
    this.flights.detachUnfenced(tenant);
  }

  private async join(flight: Flight<LoadOutcome>, errand: LoadErrand): Promise<LoadOutcome> {
    const { counters } = errand;
    if (flight.waiterCount >= this.settings.waitersMax) {
      return overloaded(errand, 'too many requests wait for this load');
    }
    flight.waiterCount += 1;
    const outcome = await flight.work;
    if (outcome.kind === 'hit') return { ...outcome, value: copyOf(outcome.value) };
    if (outcome.kind !== 'loaded') return outcome;
    counters.sharedCount += 1;
    const { fill } = outcome;
    return { kind: 'loaded', value: copyOf(outcome.value), source: 'shared-flight', fill };
  }

  private async lead(errand: LoadErrand): Promise<LoadOutcome> {
    const { context, counters } = errand;
    if (!this.slots.take(context.tenant)) {
      return overloaded(errand, 'too many loads of this tenant are running');
    }
    const canceller = this.ports.newCanceller?.();
    const fetching = this.fetch(errand, canceller);
    const fetched = this.settings.deadline
      ? await withinDeadline(fetching, context.deadlineMs, this.ports.after)
      : await fetching;
    if (fetched === DEADLINE_PASSED) {
      errand.isAbandoned = true;
      counters.deadlineCount += 1;
      canceller?.abort();
      this.lease.release(errand);
      const error = new CacheError('deadline', `the load took over ${context.deadlineMs} ms`);
      return { kind: 'unknown', reason: 'deadline', error };
    }
    if (fetched.kind !== 'fetched') {
      this.lease.release(errand);
      return fetched;
    }
    counters.loadedCount += 1;
    try {
      const filling = this.fill(errand, fetched);
      // The value is here: nobody waits for a store that hangs longer than for the value.
      const filled = this.settings.deadline
        ? await withinDeadline(filling, context.deadlineMs, this.ports.after)
        : await filling;
      const fill = filled === DEADLINE_PASSED ? 'unknown' : filled;
      return { kind: 'loaded', value: fetched.value, source: 'loader', fill };
    } finally {
      this.lease.release(errand);
    }
  }

  /** The value from the loader or, where another process held the lease, from the store. */
  private async fetch(
    errand: LoadErrand,
    canceller: Canceller | undefined,
  ): Promise<Fetched | Hit | Failed | typeof DEADLINE_PASSED> {
    try {
      if (this.settings.lease && errand.fence !== undefined) {
        const found = await this.lease.waitForTurn(errand);
        if (errand.isAbandoned) {
          this.lease.release(errand);
          return DEADLINE_PASSED;
        }
        if (found !== undefined) return found;
      }
      return await this.callLoader(errand, canceller);
    } finally {
      this.slots.giveBack(errand.context.tenant);
    }
  }

  private async callLoader(
    errand: LoadErrand,
    canceller: Canceller | undefined,
  ): Promise<Fetched | Failed> {
    const startedAtMs = this.ports.nowMs();
    try {
      const value = await errand.load(this.taskFor(errand.context.deadlineMs, canceller));
      if (typeof value !== 'string' && !ArrayBuffer.isView(value)) {
        throw new InvalidInputError('load()', typeof value, 'a string or a Uint8Array');
      }
      if (typeof value === 'string' && !isWellFormed(value)) {
        throw new InvalidInputError('load()', '(not shown)', 'text without lone surrogates');
      }
      return { kind: 'fetched', value, loadMs: Math.max(0, this.ports.nowMs() - startedAtMs) };
    } catch (cause) {
      errand.counters.loaderFailedCount += 1;
      const error = new CacheError('loader-failed', 'the loader failed', cause);
      return { kind: 'failed', reason: 'loader-failed', error };
    }
  }

  private taskFor(deadlineMs: number, canceller: Canceller | undefined): LoadTask {
    const limitMs = this.settings.deadline ? deadlineMs : Number.POSITIVE_INFINITY;
    return canceller === undefined
      ? { deadlineMs: limitMs }
      : { deadlineMs: limitMs, signal: canceller.signal };
  }

  private async fill(errand: LoadErrand, fetched: Fetched): Promise<Fill> {
    const { context, key, options, fence, counters } = errand;
    if (fence === undefined) return 'bypassed';
    const { ttlJitter } = this.settings;
    const askedTtlMs = options.ttlMs ?? context.ttlMs;
    const ttlMs =
      ttlJitter > 0 ? jitterTtl(askedTtlMs, ttlJitter, this.ports.random()) : askedTtlMs;
    const { loadMs, value } = fetched;
    const tags = options.tags === undefined ? {} : { tags: options.tags };
    const details = { ttlMs, loadMs, fence, ...tags };
    const reply = await this.access.put(context, key, value, details, counters);
    if (reply instanceof CacheError) return reply.code === 'circuit-open' ? 'bypassed' : 'unknown';
    return reply.kind === 'stored' ? 'stored' : reply.reason;
  }
}

function overloaded(errand: LoadErrand, message: string): Failed {
  errand.counters.overloadedCount += 1;
  return { kind: 'failed', reason: 'overloaded', error: new CacheError('overloaded', message) };
}
