import { addCounts } from './counts.ts';
import { KEYS, redis, tonumber } from './redis-globals.ts';
import { space } from './redis-space.ts';

/** Loads what operations off the hot path need of the tenant's state. */
export function loadAccounts(): void {
  const loaded = redis.call<(string | false)[]>(
    'HMGET',
    KEYS[0],
    'usage',
    'entries',
    'earliest',
    'generation',
    'fenceFloor',
    'fencedUntil',
  );
  space.usageBytes = tonumber(loaded[0]) ?? 0;
  space.entryCount = tonumber(loaded[1]) ?? 0;
  space.earliestExpiryMs = tonumber(loaded[2]) ?? 0;
  space.generation = tonumber(loaded[3]) ?? 0;
  space.fenceFloor = tonumber(loaded[4]) ?? 0;
  space.fencedUntilMs = tonumber(loaded[5]) ?? 0;
}

/** Writes back what `loadAccounts` loaded, and adds what was counted. */
export function saveAccounts(): void {
  redis.call(
    'HSET',
    KEYS[0],
    'usage',
    space.usageBytes,
    'entries',
    space.entryCount,
    'earliest',
    space.earliestExpiryMs,
    'generation',
    space.generation,
    'fenceFloor',
    space.fenceFloor,
    'fencedUntil',
    space.fencedUntilMs,
  );
  addCounts(KEYS[0], 'expired', space.expiredCount);
  addCounts(KEYS[0], 'invalidated', space.invalidatedCount);
}
