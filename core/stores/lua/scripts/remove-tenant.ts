import { FENCE_LIFE_MS } from '../../../policy/fence.ts';
import { META_FENCES, META_GRAVE, META_LEASES, META_TAGS } from '../../../tenancy/keyspace.ts';
import { loadAccounts, saveAccounts } from '../accounts.ts';
import { KEYS, redis } from '../redis-globals.ts';
import { dropTags, expiryKey, metaPrefix, space } from '../redis-space.ts';

/**
 * Replies [1] while entries are left (call again), [0] when the tenant is gone. Until then the
 * accounts follow each batch, so that a removal which nobody ends leaves a tenant with fewer entries
 * and nothing else; from the first batch on no fill begun before lands. The state goes last; its last
 * generation stays for a while as a lone number: no fill that was begun for the tenant before lands
 * after it.
 */
export const flags = 'allow-oom';

/** Entries removed in one step. */
const REMOVE_BATCH = 256;

export function main(): number[] {
  loadAccounts();
  const keys = space.oldestKeys(REMOVE_BATCH);
  for (const key of keys) {
    if (space.readHeader(key)) {
      space.removeEntry(key, space.descriptor);
      space.usageBytes -= space.chargeBytes;
      space.entryCount -= 1;
      space.invalidatedCount += 1;
    } else {
      space.removeVanished(key);
    }
  }
  space.commitRemovals();
  if (keys.length === REMOVE_BATCH) return [goOn()];
  // Entries that vanished left their tags behind.
  const left = redis.call<[string, string[]]>(
    'HSCAN',
    metaPrefix + META_TAGS,
    '0',
    'COUNT',
    REMOVE_BATCH,
  )[1];
  for (let at = 0; at < left.length; at += 2) dropTags(left[at] ?? '');
  if (left.length > 0) return [goOn()];
  if (space.generation !== 0) {
    redis.call('SET', metaPrefix + META_GRAVE, space.generation, 'PX', FENCE_LIFE_MS);
  }
  redis.call(
    'UNLINK',
    KEYS[0],
    expiryKey,
    metaPrefix + META_TAGS,
    metaPrefix + META_FENCES,
    metaPrefix + META_LEASES,
  );
  return [0];
}

function goOn(): number {
  if (space.generation === 0) return 1;
  space.generation += 1;
  space.fenceFloor = space.generation;
  saveAccounts();
  return 1;
}
