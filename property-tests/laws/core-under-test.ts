import type { Cluster, Redis } from 'ioredis';
import type { CachePorts } from '../../core/cache/ports.ts';
import type { CacheSettings } from '../../core/cache/settings.ts';
import type { TenantCache } from '../../core/cache/tenant-cache.ts';
import type { ScriptRunner } from '../../core/stores/redis-store.ts';
import type { Store } from '../../core/stores/store.ts';
import { COMMON_VOCABULARY, learnVocabulary, type Vocabulary } from '../arbitraries/vocabulary.ts';
import * as ourParts from './core-parts.ts';
import { makeWire, type Wire } from './wire.ts';

export type CoreParts = typeof ourParts;

/** What of a cache the laws use: the verbs and the counters. */
export type CacheUnderTest = Pick<
  TenantCache,
  | 'get'
  | 'getOrLoad'
  | 'put'
  | 'delete'
  | 'invalidate'
  | 'removeTenant'
  | 'countersOf'
  | 'allCounters'
>;

/** A core as the laws see it: ours, or one with a fault put in. */
export interface CoreUnderTest
  extends Pick<
    CoreParts,
    'identifyTenant' | 'makeKeyspace' | 'makeTenantContext' | 'parseTenantId' | 'StoreError'
  > {
  openMemoryStore(nowMs: () => number): Store;
  openRedisStore(client: Redis | Cluster, namespace: string): Store;
  /** A store whose commands the law itself answers. */
  openRunnerStore(runner: ScriptRunner<string>): Store;
  openCache(store: Store, ports: CachePorts, settings: Partial<CacheSettings>): CacheUnderTest;
  /** The connection between a cache and its store, as a model of the client library. */
  readonly wire: Wire;
  /** Pieces of its Redis keys, for names that are likely to collide. */
  readonly vocabulary: Vocabulary;
}

/** Charged for an entry beside key and value, so small that a few entries fill a small quota. */
export const ENTRY_OVERHEAD_BYTES = 100;

export function assembleCore(parts: CoreParts): CoreUnderTest {
  const { identifyTenant, makeKeyspace, makeTenantContext, parseTenantId, StoreError } = parts;
  const options = { entryOverheadBytes: ENTRY_OVERHEAD_BYTES };
  return {
    identifyTenant,
    makeKeyspace,
    makeTenantContext,
    parseTenantId,
    StoreError,
    openMemoryStore: (nowMs) => new parts.MemoryStore({ nowMs, ...options }),
    openRedisStore: (client, namespace) =>
      parts.makeIoredisStore(client, { keyspace: makeKeyspace(namespace), ...options }),
    openRunnerStore: (runner) =>
      new parts.RedisStore(runner, { keyspace: makeKeyspace(), ...options }),
    openCache: (store, ports, settings) => new parts.TenantCache(store, ports, settings),
    wire: makeWire(),
    vocabulary: observe(parts),
  };
}

/** Writes down the keys of one tenant, and learns what the layout is made of. */
function observe({ makeKeyspace, parseTenantId }: CoreParts): Vocabulary {
  const { entryPrefix, state, lru } = makeKeyspace().ofTenant(parseTenantId('ten'));
  return learnVocabulary(COMMON_VOCABULARY, [`${entryPrefix}kay`, state, lru], ['ten', 'kay']);
}

/** The core of this package as it is. */
export const OUR_CORE: CoreUnderTest = assembleCore(ourParts);
