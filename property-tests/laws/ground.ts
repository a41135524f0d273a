import type { Cluster, Redis } from 'ioredis';
import type { Store } from '../../core/stores/store.ts';
import type { CoreUnderTest } from './core-under-test.ts';

/** What the stores of a run stand on. */
export interface Ground {
  readonly name: 'memory' | 'redis' | 'cluster';
  /** A store that is empty and shares nothing with any other it opened. */
  openStore(core: CoreUnderTest, nowMs: () => number): Promise<Store>;
  /** How long an operation may take before it counts as stuck, in milliseconds of real time. */
  readonly patienceMs: number;
}

/** Nothing in memory waits for anything but promises. */
export const MEMORY: Ground = {
  name: 'memory',
  openStore: async (core, nowMs) => core.openMemoryStore(nowMs),
  patienceMs: 0,
};

/** Stores opened before the server is emptied, so that a long run does not fill it. */
const STORES_MAX = 2000;

/** Paused or busy hosts answer late; a reply that never comes is told after this. */
const REDIS_PATIENCE_MS = 5000;

/**
 * Stores in namespaces of their own on one server or cluster.
 *
 * @param empty empties the server: it must be one that was started for this alone
 */
export function makeRedisGround(
  name: 'redis' | 'cluster',
  client: Redis | Cluster,
  empty: () => Promise<void>,
): Ground {
  let storeCount = 0;
  return {
    name,
    async openStore(core) {
      storeCount += 1;
      if (storeCount % STORES_MAX === 0) await empty();
      return core.openRedisStore(client, `n${storeCount}`);
    },
    patienceMs: REDIS_PATIENCE_MS,
  };
}
