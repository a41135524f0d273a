import type { Coverage } from '../arbitraries/coverage.ts';
import { spellValue, type ValueForm } from '../arbitraries/values.ts';
import { type CacheUnderTest, OPTIONAL_METHODS, type TenantHandle } from './adapter.ts';
import { AdapterFault, describeThrown, describeType } from './adapter-fault.ts';
import { callBounded } from './call-bounded.ts';
import type { Facts } from './facts.ts';
import type { RedisInspector, Snapshot } from './redis-inspector.ts';
import type { Refusals } from './refusals.ts';
import { changesBetween, type History, type Step } from './step.ts';
import type { Trial } from './trial.ts';

/** Which of two openings of the deployment an operation goes through: another is another process. */
export type Via = 'first' | 'second';

/** A tenant of a trial, and the key that it is concerned with. */
export interface Party {
  readonly tenant: string;
  readonly key: string;
}

/** A value that was written, found again by its token wherever it turns up. */
export interface Written extends Party {
  readonly token: string;
  readonly value: string;
}

/** The adapter refused an input, which it may: nothing can be said of this trial. */
export class RefusedInput extends Error {
  override readonly name = 'RefusedInput';
}

export interface LabSurroundings {
  readonly first: CacheUnderTest;
  /** Absent where two openings share nothing. */
  readonly second: CacheUnderTest | undefined;
  readonly facts: Facts;
  readonly inspector: RedisInspector;
  readonly refusals: Refusals;
  readonly coverage: Coverage;
  /** Put before every tenant id of this lab; empty where what is left of others was removed. */
  readonly salt: string;
  /** Makes tokens that nobody else makes. */
  readonly nextToken: () => string;
  /** Looks at the server after each step, so that the history can show the keys involved. */
  readonly isTracing: boolean;
}

/** What a load throws that is meant to fail: no refusal of the cache's. */
export const LOAD_FAILURE = 'partywall: this load fails';

/** Some libraries open a connection for each tenant. */
const HANDLES_MAX = 6;

/**
 * Where one history is carried out: bounds every call, checks every answer's type, and remembers
 * who wrote what and what was done.
 */
export class Lab {
  readonly facts: Facts;
  private readonly around: LabSurroundings;
  private readonly steps: Step[] = [];
  private readonly handles = new Map<string, Promise<TenantHandle>>();
  private readonly written = new Map<string, Written>();
  private readonly pending = new Set<Promise<unknown>>();
  private seen: Snapshot = new Map();

  constructor(around: LabSurroundings) {
    this.around = around;
    this.facts = around.facts;
  }

  /** The two tenants of a trial: who acts, and its neighbour. */
  parties({ tenants, keys }: Pick<Trial, 'tenants' | 'keys'>): readonly [Party, Party] {
    return [this.party(tenants[0], keys[0]), this.party(tenants[1], keys[1])];
  }

  /** A tenant as it is called in this lab. */
  party(tenant: string, key: string): Party {
    return { tenant: this.around.salt + tenant, key };
  }

  /** What a tenant is given, to see what it offers. */
  handleOf({ tenant }: Party): Promise<TenantHandle> {
    return this.handle('first', tenant);
  }

  /** Removes what is on the server, as if it had never been written. */
  async forgetServer(): Promise<void> {
    await this.around.inspector.removeOwn();
  }

  /** The openings that can be looked through. */
  get vias(): readonly Via[] {
    return this.around.second === undefined ? ['first'] : ['first', 'second'];
  }

  /** A value of its own, of which is known who is going to write it. */
  compose(party: Party, form: ValueForm = 'plain'): Written {
    const token = this.around.nextToken();
    const written = { ...party, token, value: spellValue(form, token) };
    this.written.set(token, written);
    return written;
  }

  async set(party: Party, form: ValueForm = 'plain', ttlMs?: number): Promise<Written> {
    const written = this.compose(party, form);
    await this.write(written, ttlMs);
    return written;
  }

  async write({ tenant, key, value }: Written, ttlMs?: number, via: Via = 'first'): Promise<void> {
    const options = ttlMs === undefined ? [] : [{ ttlMs }];
    await this.call('set', via, tenant, [key, value, ...options], (handle) =>
      handle.set(key, value, ...options),
    );
  }

  async get({ tenant, key }: Party, via: Via = 'first'): Promise<string | undefined> {
    const value = await this.call('get', via, tenant, [key], (handle) => handle.get(key));
    // Clients say null for nothing.
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw new AdapterFault('get()', `gave ${describeType(value)}`, 'a string or undefined');
  }

  async delete({ tenant, key }: Party): Promise<void> {
    await this.call('delete', 'first', tenant, [key], async (handle) => handle.delete?.(key));
  }

  async clear({ tenant }: Pick<Party, 'tenant'>): Promise<void> {
    await this.call('clear', 'first', tenant, [], async (handle) => handle.clear?.());
  }

  async invalidatePrefix({ tenant }: Pick<Party, 'tenant'>, prefix: string): Promise<void> {
    await this.call('invalidatePrefix', 'first', tenant, [prefix], async (handle) =>
      handle.invalidatePrefix?.(prefix),
    );
  }

  async keys({ tenant }: Pick<Party, 'tenant'>): Promise<string[]> {
    const found = await this.call('keys', 'first', tenant, [], async (handle) => handle.keys?.());
    if (Array.isArray(found) && found.every((one) => typeof one === 'string')) return found;
    const what = Array.isArray(found) ? 'an array with something else in it' : describeType(found);
    throw new AdapterFault('keys()', `gave ${what}`, 'an array of strings');
  }

  async getOrLoad({ tenant, key }: Party, load: () => Promise<string>): Promise<string> {
    const value = await this.call('getOrLoad', 'first', tenant, [key], async (handle) =>
      handle.getOrLoad?.(key, load),
    );
    if (typeof value === 'string') return value;
    throw new AdapterFault('getOrLoad()', `gave ${describeType(value)}`, 'a string');
  }

  /** What is on the server, which the cache may hide. */
  snapshot(): Promise<Snapshot> {
    return this.around.inspector.snapshot();
  }

  /** Notes that something worth trying was tried. */
  count(what: string): void {
    this.around.coverage.count(what);
  }

  /** What was done so far. */
  history(): History {
    return { steps: [...this.steps], written: [...this.written.values()] };
  }

  /** Whose value this is, if it was written here by anybody. */
  writerOf(value: string): Written | undefined {
    for (const [token, written] of this.written) if (value.includes(token)) return written;
    return undefined;
  }

  /** The tenant's handle through the opening, asked for anew; it must not be the one before. */
  async renew(tenant: string, via: Via): Promise<void> {
    this.handles.delete(`${via} ${tenant}`);
    await this.handle(via, tenant);
  }

  /** Waits for calls that nobody waits for any more, so that none reaches into the next history. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.pending);
  }

  private async call<T>(
    operation: keyof TenantHandle,
    via: Via,
    tenant: string,
    words: readonly unknown[],
    run: (handle: TenantHandle) => Promise<T>,
  ): Promise<T> {
    const running = this.carryOut(operation, via, tenant, words, run);
    this.pending.add(running);
    try {
      return await running;
    } finally {
      this.pending.delete(running);
    }
  }

  private async carryOut<T>(
    operation: keyof TenantHandle,
    via: Via,
    tenant: string,
    words: readonly unknown[],
    run: (handle: TenantHandle) => Promise<T>,
  ): Promise<T> {
    const step: Step = { tenant, via, operation, words };
    this.steps.push(step);
    try {
      const handle = await this.handle(via, tenant);
      const answer = await callBounded(`${operation}()`, async () => run(handle));
      step.answer = answer;
      return answer;
    } catch (error) {
      if (error instanceof AdapterFault) throw error;
      step.refused = describeThrown(error);
      if (!(error instanceof RefusedInput) && !step.refused.includes(LOAD_FAILURE)) {
        this.around.refusals.note(operation, tenant, words[0], error);
      }
      throw new RefusedInput(step.refused, { cause: error });
    } finally {
      if (this.around.isTracing) await this.trace(step);
    }
  }

  private async trace(step: Step): Promise<void> {
    const after = await this.snapshot();
    step.redis = changesBetween(this.seen, after);
    this.seen = after;
  }

  private handle(via: Via, tenant: string): Promise<TenantHandle> {
    const name = `${via} ${tenant}`;
    const known = this.handles.get(name);
    if (known !== undefined) return known;
    if (this.handles.size >= 2 * HANDLES_MAX)
      throw new Error('a history asks for too many tenants');
    const made = this.ask(via, tenant);
    this.handles.set(name, made);
    return made;
  }

  private async ask(via: Via, tenant: string): Promise<TenantHandle> {
    const { first, second, refusals } = this.around;
    const cache = via === 'first' ? first : (second ?? first);
    let handle: TenantHandle;
    try {
      handle = await callBounded('tenant()', async () => cache.tenant(tenant));
    } catch (error) {
      if (error instanceof AdapterFault) throw error;
      refusals.note('tenant', tenant, undefined, error);
      throw new RefusedInput(describeThrown(error), { cause: error });
    }
    return checkHandle(handle);
  }
}

/** @throws AdapterFault where it is no handle */
export function checkHandle(handle: unknown): TenantHandle {
  if (typeof handle !== 'object' || handle === null) {
    const found = `gave ${describeType(handle)}`;
    throw new AdapterFault('tenant()', found, 'an object with get and set');
  }
  const methods = handle as Record<string, unknown>;
  for (const name of ['get', 'set']) {
    if (typeof methods[name] !== 'function') {
      throw new AdapterFault('tenant()', `gave an object without ${name}()`, 'get and set');
    }
  }
  for (const name of OPTIONAL_METHODS) {
    const method = methods[name];
    if (method === undefined || typeof method === 'function') continue;
    const found = `gave ${name}, ${describeType(method)}`;
    throw new AdapterFault('tenant()', found, `${name} as a function, or not at all`);
  }
  return handle as TenantHandle;
}
