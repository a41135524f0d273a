import type { Keyspace, TenantKeys } from '../tenancy/keyspace.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { checkInvalidate, checkLease, checkLookup, checkNow, checkPut } from './check-request.ts';
import { SCRIPTS } from './lua/scripts.generated.ts';
import {
  FIRST_COUNT,
  parseBatch,
  parseCount,
  parseFlag,
  parseLookup,
  parsePut,
  parseUsage,
  words,
} from './replies.ts';
import {
  clockWord,
  invalidateWords,
  leaseWords,
  lookupWords,
  putWords,
  type Script,
  tenantWords,
  type Word,
} from './script-call.ts';
import { spellScope } from './spell-scope.ts';
import type {
  InvalidateReply,
  InvalidateRequest,
  LeaseRequest,
  LookupReply,
  LookupRequest,
  PutReply,
  PutRequest,
  ReconcileReply,
  Store,
  TenantUsage,
  Value,
} from './store.ts';
import { StoreError } from './store-error.ts';
import { type StoredEntry, spellAttributes } from './stored-entry.ts';

/** What a client library must do for a {@link RedisStore}; `Payload` is how it takes a value. */
export interface ScriptRunner<Payload> {
  /** Sends one command; rejects with whatever the library rejects with. */
  send(command: readonly Word<Payload>[]): Promise<unknown>;
  /** Joins attributes and value into one word of a command. */
  encode(attributes: string, value: Value): Payload;
  /** Takes apart what a lookup handed back. */
  decode(body: unknown): StoredEntry;
  /** The trouble behind a rejection of `send`, or undefined if it is none of the store's. */
  explain(error: unknown): StoreError;
  close(): Promise<void>;
}

export interface RedisStoreOptions {
  readonly keyspace: Keyspace;
  /** Of tenants that outgrew a shard: the partition whose keys these are; absent: whole tenants. */
  readonly partition?: number;
  /** Charged for an entry beside its key and value. */
  readonly entryOverheadBytes?: number;
  /** Tenants whose keys are remembered; beyond, all are forgotten at once. */
  readonly tenantsMax?: number;
}

const TENANTS_MAX = 10_000;

/** Recounts begun before giving up. */
const RECONCILE_STARTS_MAX = 1000;
/** Batches of nothing but entries that vanished, each of which takes them out of the index. */
const RECONCILE_STALLS_MAX = 100_000;

/** The policy inside Redis, one EVALSHA an operation; shared by all client libraries. */
export class RedisStore<Payload> implements Store {
  private readonly runner: ScriptRunner<Payload>;
  private readonly options: RedisStoreOptions;
  private readonly keys = new Map<TenantId, TenantKeys>();

  constructor(runner: ScriptRunner<Payload>, options: RedisStoreOptions) {
    this.runner = runner;
    this.options = options;
  }

  /** Written out rather than shared: inside k6 each further promise costs as much as the parsing. */
  async lookup(request: LookupRequest): Promise<LookupReply> {
    checkLookup(request);
    const words = lookupWords(this.keysOf(request.tenant), request.limit, request);
    let row: unknown;
    try {
      row = await this.runner.send(words);
    } catch (error) {
      row = await this.sendSource(error, SCRIPTS.lookup, words);
    }
    return parseLookup(row, this.runner.decode);
  }

  async put(request: PutRequest): Promise<PutReply> {
    checkPut(request);
    const { value, seal, loadMs = 0 } = request;
    const attributes = spellAttributes(typeof value === 'string', loadMs, seal);
    const payload = this.runner.encode(attributes, value);
    const keys = this.keysOf(request.tenant);
    const words = putWords(keys, request, payload, this.options.entryOverheadBytes);
    return parsePut(await this.run(SCRIPTS.put, words));
  }

  async invalidate(request: InvalidateRequest): Promise<InvalidateReply> {
    checkInvalidate(request);
    const { scope, target } = spellScope(request.scope);
    const keys = this.keysOf(request.tenant);
    let total = 0;
    for (let cursor = ''; cursor !== '0'; ) {
      const row = await this.run(
        SCRIPTS.invalidate,
        invalidateWords(keys, scope, target, cursor, request),
      );
      const batch = parseBatch(row);
      total += batch.removedCount;
      cursor = batch.cursor;
    }
    return { removedCount: total };
  }

  async acquireLease(request: LeaseRequest): Promise<{ acquired: boolean }> {
    checkLease(request);
    const row = await this.run(
      SCRIPTS.acquireLease,
      leaseWords(SCRIPTS.acquireLease, this.keysOf(request.tenant), request),
    );
    return { acquired: parseFlag(row, 'acquire-lease') };
  }

  async releaseLease(request: LeaseRequest): Promise<void> {
    checkLease(request);
    await this.run(
      SCRIPTS.releaseLease,
      leaseWords(SCRIPTS.releaseLease, this.keysOf(request.tenant), request),
    );
  }

  async readUsage(tenant: TenantId, nowMs?: number): Promise<TenantUsage> {
    checkNow(nowMs);
    const sent = [...tenantWords(SCRIPTS.readUsage, this.keysOf(tenant)), clockWord(nowMs)];
    for (;;) {
      const row = await this.run(SCRIPTS.readUsage, sent);
      if (!parseFlag(row, 'read-usage')) return parseUsage(row);
    }
  }

  async listKeys(tenant: TenantId, nowMs?: number): Promise<string[]> {
    checkNow(nowMs);
    const found = new Set<string>();
    const keys = tenantWords(SCRIPTS.listKeys, this.keysOf(tenant));
    let cursor = '0';
    do {
      const row = await this.run(SCRIPTS.listKeys, [...keys, cursor, clockWord(nowMs)]);
      const [next = '0', ...listed] = words(row, 'list-keys');
      for (const key of listed) found.add(key);
      cursor = next;
    } while (cursor !== '0');
    return [...found];
  }

  async reconcile(tenant: TenantId, nowMs?: number): Promise<ReconcileReply> {
    checkNow(nowMs);
    const keys = tenantWords(SCRIPTS.reconcile, this.keysOf(tenant));
    let count = FIRST_COUNT;
    let startCount = 0;
    let stallCount = 0;
    for (;;) {
      const { cursor, bytes, entries, changes } = count;
      const counted = [`${cursor}`, `${bytes}`, `${entries}`, `${changes}`];
      const sent = [...keys, ...counted, clockWord(nowMs)];
      const reply = parseCount(await this.run(SCRIPTS.reconcile, sent));
      if ('driftBytes' in reply) return reply;
      // Overdue entries come first: settling them is no start, and comes to an end by itself.
      if (reply.changes !== changes && reply.cursor > 0) startCount += 1;
      if (reply.changes === changes && reply.cursor === cursor) stallCount += 1;
      if (startCount > RECONCILE_STARTS_MAX || stallCount > RECONCILE_STALLS_MAX) {
        throw new StoreError('refused', 'the tenant changed during every recount', true);
      }
      count = reply;
    }
  }

  async removeTenant(tenant: TenantId): Promise<void> {
    const sent = tenantWords(SCRIPTS.removeTenant, this.keysOf(tenant));
    while (parseFlag(await this.run(SCRIPTS.removeTenant, sent), 'remove-tenant'));
  }

  async close(): Promise<void> {
    await this.runner.close();
  }

  private async run(script: Script, words: readonly Word<Payload>[]): Promise<unknown> {
    try {
      return await this.runner.send(words);
    } catch (error) {
      return await this.sendSource(error, script, words);
    }
  }

  /** A server that does not know a script (yet, or after a restart) is given it; once. */
  private async sendSource(
    error: unknown,
    script: Script,
    words: readonly Word<Payload>[],
  ): Promise<unknown> {
    if (!isNoScript(error)) throw this.runner.explain(error);
    try {
      return await this.runner.send(['EVAL', script.source, ...words.slice(2)]);
    } catch (secondError) {
      throw this.runner.explain(secondError);
    }
  }

  private keysOf(tenant: TenantId): TenantKeys {
    let keys = this.keys.get(tenant);
    if (keys === undefined) {
      if (this.keys.size >= (this.options.tenantsMax ?? TENANTS_MAX)) this.keys.clear();
      keys = this.options.keyspace.ofTenant(tenant, this.options.partition);
      this.keys.set(tenant, keys);
    }
    return keys;
  }
}

function isNoScript(error: unknown): boolean {
  return messageOf(error).startsWith('NOSCRIPT');
}

/** The text of whatever was thrown: k6 rejects with objects that are no errors. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}
