import { addCounts } from './counts.ts';
import { KEYS, redis, struct } from './redis-globals.ts';
import { space } from './redis-space.ts';

/**
 * A tenant's state is one hash. What lookups read and write every time is one field of it, what puts
 * do another, each a row of numbers of eight bytes: a field a number took a third of a lookup's time
 * for being found, and another third for being spelt in digits and read again. Both rows hold the
 * generation, so that either operation reads only one. Totals that grow seldom are fields of their
 * own.
 *
 * Generation, admission and what lookups count.
 */
export const REQUESTS = 'requests';
const REQUESTS_FORM = '>ddddd';
const GENERATION_FORM = '>d';

/** What the tenant stores, which fills are outdated, and the generation. */
export const HOLDINGS = 'holdings';
const HOLDINGS_FORM = '>ddddddd';

export function unpackRequests(packed: string | false | undefined): void {
  if (packed !== undefined && packed !== false) {
    [space.generation, space.levelMicrotokens, space.leveledAtUs, space.hitCount, space.missCount] =
      struct.unpack(REQUESTS_FORM, packed);
  }
}

export function unpackGeneration(packed: string | false | undefined): void {
  if (packed !== undefined && packed !== false) {
    [space.generation] = struct.unpack(GENERATION_FORM, packed);
  }
}

export function unpackHoldings(packed: string | false | undefined): void {
  if (packed !== undefined && packed !== false) {
    [
      space.usageBytes,
      space.entryCount,
      space.earliestExpiryMs,
      space.storedCount,
      space.fenceFloor,
      space.fencedUntilMs,
      space.generation,
    ] = struct.unpack(HOLDINGS_FORM, packed);
  }
}

export function packRequests(): string {
  return struct.pack(
    REQUESTS_FORM,
    space.generation,
    space.levelMicrotokens,
    space.leveledAtUs,
    space.hitCount,
    space.missCount,
  );
}

export function packHoldings(): string {
  return struct.pack(
    HOLDINGS_FORM,
    space.usageBytes,
    space.entryCount,
    space.earliestExpiryMs,
    space.storedCount,
    space.fenceFloor,
    space.fencedUntilMs,
    space.generation,
  );
}

/** Loads the tenant's state but for the totals that are fields of their own. */
export function loadAccounts(): void {
  const loaded = redis.call<(string | false)[]>('HMGET', KEYS[0], REQUESTS, HOLDINGS);
  unpackRequests(loaded[0]);
  unpackHoldings(loaded[1]);
}

/** Writes back what `loadAccounts` loaded, and adds what was counted. */
export function saveAccounts(): void {
  const requests = packRequests();
  const holdings = packHoldings();
  redis.call('HSET', KEYS[0], REQUESTS, requests, HOLDINGS, holdings);
  addCounts(KEYS[0], 'expired', space.expiredCount);
  addCounts(KEYS[0], 'invalidated', space.invalidatedCount);
}
