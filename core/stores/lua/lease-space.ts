import type { LeaseSpace } from '../../policy/lease.ts';
import { META_LEASES, META_STATE_LENGTH } from '../../tenancy/keyspace.ts';
import { ARGV, KEYS, redis, string, tonumber } from './redis-globals.ts';

const leasesKey = string.sub(KEYS[0], 1, -1 - META_STATE_LENGTH) + META_LEASES;

/** Leases kept; a crashed holder's stays until its key is asked for again, so they add up. */
const LEASES_MAX = 4096;

/** Redis forgets the leases of a tenant that took none for so long beyond the last one's end. */
const BACKSTOP_MS = 60_000;

/**
 * A tenant's leases over a hash: each key's token after 15 digits of when the lease ends.
 * ARGV[3] is the caller's clock, '' where the server's counts.
 */
export const space: LeaseSpace = {
  leaseToken: '',
  leaseEndsAtMs: 0,

  readLease(key: string): boolean {
    const lease = redis.call<string | false>('HGET', leasesKey, key);
    if (lease === false) return false;
    space.leaseEndsAtMs = tonumber(string.sub(lease, 1, 15)) ?? 0;
    space.leaseToken = string.sub(lease, 16);
    return true;
  },

  writeLease(key: string, token: string, endsAtMs: number, nowMs: number): void {
    // Losing leases costs a second load of some keys at most.
    if (redis.call<number>('HLEN', leasesKey) >= LEASES_MAX) redis.call('UNLINK', leasesKey);
    redis.call('HSET', leasesKey, key, string.format('%015d', endsAtMs) + token);
    if (ARGV[3] === '') {
      const lifeMs = endsAtMs - nowMs + BACKSTOP_MS;
      // Longer where this lease is the one that ends last, never shorter.
      redis.call('PEXPIRE', leasesKey, lifeMs, 'NX');
      redis.call('PEXPIRE', leasesKey, lifeMs, 'GT');
    }
  },

  dropLease(key: string): void {
    redis.call('HDEL', leasesKey, key);
  },
};
