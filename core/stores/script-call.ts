import type { TenantKeys } from '../tenancy/keyspace.ts';
import { ENTRY_OVERHEAD_BYTES } from './entry-overhead.ts';
import type {
  InvalidateRequest,
  LeaseRequest,
  LookupRequest,
  PutRequest,
  Quota,
  RateLimit,
} from './store.ts';

/**
 * What follows EVALSHA and the digest, one function a script, shared by the Redis stores: the number
 * of keys, the keys, then ARGV as the script's head describes it.
 */
export type Word<Payload> = string | Payload;

export function lookupWords(keys: TenantKeys, limit: RateLimit, request: LookupRequest): string[] {
  const { ratePerSecond, burst, enforcement } = limit;
  const words = ['3', keys.state, keys.lru, keys.entryPrefix + request.key];
  words.push(`${ratePerSecond}`, `${burst}`, enforcement);
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
  return [
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
    clockWord(request.nowMs),
    ...new Set(request.tags),
  ];
}

export function invalidateWords(
  keys: TenantKeys,
  scope: string,
  target: string,
  cursor: string,
  request: InvalidateRequest,
): string[] {
  return [...tenantWords(keys), scope, target, cursor, clockWord(request.nowMs)];
}

export function leaseWords(keys: TenantKeys, request: LeaseRequest): string[] {
  const { key, token, leaseMs, nowMs } = request;
  return [...tenantWords(keys), key, token, `${leaseMs}`, clockWord(nowMs)];
}

/** For scripts that concern the tenant as a whole. */
export function tenantWords(keys: TenantKeys): string[] {
  return ['3', keys.state, keys.lru, keys.entryPrefix];
}

/** '' makes the script ask the server for the time. */
export function clockWord(nowMs: number | undefined): string {
  return nowMs === undefined ? '' : `${nowMs}`;
}
