import type { TenantKeys } from '../tenancy/keyspace.ts';
import { ENTRY_OVERHEAD_BYTES } from './entry-overhead.ts';
import { SCRIPTS } from './lua/scripts.generated.ts';
import type {
  InvalidateRequest,
  LeaseRequest,
  LookupRequest,
  PutRequest,
  Quota,
  RateLimit,
} from './store.ts';

/**
 * The command that calls a script, one function a script, shared by the Redis stores: EVALSHA, the
 * digest, the number of keys, the keys, then ARGV as the script's head describes it.
 */
export interface Script {
  readonly name: string;
  readonly sha1: string;
  readonly source: string;
}

export type Word<Payload> = string | Payload;

export function lookupWords(keys: TenantKeys, limit: RateLimit, request: LookupRequest): string[] {
  const { ratePerSecond, burst, enforcement } = limit;
  const words = [
    'EVALSHA',
    SCRIPTS.lookup.sha1,
    '3',
    keys.state,
    keys.lru,
    keys.entryPrefix + request.key,
    `${ratePerSecond}`,
    `${burst}`,
    enforcement,
  ];
  if (request.cost !== undefined || request.nowMs !== undefined) words.push(`${request.cost ?? 1}`);
  if (request.nowMs !== undefined) words.push(`${request.nowMs}`);
  return words;
}

/** @param payload attributes and value, as the client sends them */
export function putWords<Payload>(
  keys: TenantKeys,
  request: PutRequest,
  payload: Payload,
  overheadBytes = ENTRY_OVERHEAD_BYTES,
): Word<Payload>[] {
  const { quotaBytes, quotaEntries, atQuota, enforcement }: Quota = request.quota;
  const words: Word<Payload>[] = [
    'EVALSHA',
    SCRIPTS.put.sha1,
    '3',
    keys.state,
    keys.lru,
    keys.entryPrefix + request.key,
    payload,
    `${request.ttlMs}`,
    `${quotaBytes}`,
    `${quotaEntries ?? 0}`,
    atQuota,
    enforcement,
    `${overheadBytes}`,
    request.fence ?? '-1',
  ];
  const tags = new Set(request.tags);
  // A ninth word would double the table that holds them inside Redis.
  if (request.nowMs !== undefined || tags.size > 0) words.push(clockWord(request.nowMs), ...tags);
  return words;
}

export function invalidateWords(
  keys: TenantKeys,
  scope: string,
  target: string,
  cursor: string,
  request: InvalidateRequest,
): string[] {
  return [
    ...tenantWords(SCRIPTS.invalidate, keys),
    scope,
    target,
    cursor,
    clockWord(request.nowMs),
  ];
}

export function leaseWords(script: Script, keys: TenantKeys, request: LeaseRequest): string[] {
  const { key, token, leaseMs, nowMs } = request;
  return [...tenantWords(script, keys), key, token, `${leaseMs}`, clockWord(nowMs)];
}

/** For scripts that concern the tenant as a whole. */
export function tenantWords(script: Script, keys: TenantKeys): string[] {
  return ['EVALSHA', script.sha1, '3', keys.state, keys.lru, keys.entryPrefix];
}

/** '' makes the script ask the server for the time. */
export function clockWord(nowMs: number | undefined): string {
  return nowMs === undefined ? '' : `${nowMs}`;
}
