import { HIT, MISS, NEAR_LIMIT, REJECTED } from '../policy/outcome-code.ts';
import { lookupWords, putWords } from '../stores/script-call.ts';
import type { Fence } from '../stores/store.ts';
import { HEADER_LENGTH, spellAttributes } from '../stores/stored-entry.ts';
import type { Keyspace, TenantKeys } from '../tenancy/keyspace.ts';
import { sealFor } from './seal.ts';
import type { TenantContext } from './tenant-context.ts';

/** `foreign`: an entry under a seal that is not this tenant's for this key; never to be used. */
export type PreparedOutcome = 'hit' | 'miss' | 'rejected' | 'foreign' | 'malformed';

/** Where in a `lookupCommand` the Redis key of the entry stands. */
export const LOOKUP_KEY_AT = 5;

/**
 * One tenant's lookups and puts for k6, with everything but the key spelt in advance: the same
 * scripts, keys and seals as through `TenantCache` and its store, without their checks, promises
 * and objects, which in k6's engine cost several times the request. For load generators only.
 *
 * The scripts must be known to the server (any store's use of them sees to it), and keys must be
 * well-formed, of at most 256 characters, without line breaks or backslashes.
 */
export class PreparedTenant {
  private readonly context: TenantContext;
  private readonly keys: TenantKeys;
  /** The words of a lookup; the one at {@link LOOKUP_KEY_AT} is to be set to a `redisKey`. */
  readonly lookupCommand: readonly string[];

  constructor(keyspace: Keyspace, context: TenantContext) {
    const { tenant, limit } = context;
    this.context = context;
    this.keys = keyspace.ofTenant(tenant);
    this.lookupCommand = lookupWords(this.keys, limit, { tenant, key: '', limit });
  }

  /** What a value of this tenant under the key is sealed with. */
  sealOf(key: string): string {
    return sealFor(this.context.tenant, key, '');
  }

  /** How the entry of a key is spelt in Redis. */
  redisKey(key: string): string {
    return this.keys.entryPrefix + key;
  }

  /** Puts a loaded value behind the fence of its miss; replies with the put script's row. */
  putCommand(key: string, value: string, fence: Fence): string[] {
    const { tenant, ttlMs, quota } = this.context;
    const seal = this.sealOf(key);
    const request = { tenant, key, value, seal, ttlMs, quota, fence };
    return putWords(this.keys, request, spellAttributes(true, 0, seal) + value);
  }

  /** What a lookup's row says; a hit is one only under this tenant's seal for the key. */
  read(row: unknown, key: string): PreparedOutcome {
    const fields = row as readonly unknown[];
    if (isRejection(row)) return 'rejected';
    const code = (fields[0] as number) % NEAR_LIMIT;
    if (code === MISS) return 'miss';
    const body = fields[3];
    if (code !== HIT || typeof body !== 'string') return 'malformed';
    const sealFrom = body.indexOf('\n', HEADER_LENGTH) + 1;
    return body.startsWith(`${this.sealOf(key)}\n`, sealFrom) ? 'hit' : 'foreign';
  }
}

export function isRejection(row: unknown): boolean {
  return (row as readonly unknown[])[0] === REJECTED;
}

/** Of a miss: what a put that fills it must show. */
export function readFence(row: unknown): Fence {
  return String((row as readonly unknown[])[1]);
}

/** Of a rejection, in milliseconds. */
export function readRetryAfterMs(row: unknown): number {
  return Number((row as readonly unknown[])[1]);
}
