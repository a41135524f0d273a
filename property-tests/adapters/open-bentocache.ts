import { Redis } from 'ioredis';
import type { CacheUnderTest } from '../conformance/adapter.ts';

/** What of bentocache is used; its versions agree in it. */
interface Bento {
  namespace(id: string): Namespace;
  disconnectAll(): Promise<void>;
}

interface Namespace {
  get<T>(options: { key: string }): Promise<T | null | undefined>;
  set(options: { key: string; value: string; ttl?: number }): Promise<unknown>;
  delete(options: { key: string }): Promise<unknown>;
  clear(): Promise<void>;
}

/** A cache with Redis alone: with a local layer and no bus, processes would not agree anyway. */
export async function openBentocache(
  redisUrl: string,
  make: (connection: Redis) => Bento,
): Promise<CacheUnderTest> {
  const connection = new Redis(redisUrl);
  const bento = make(connection);
  return {
    async tenant(id) {
      const cache = bento.namespace(id);
      return {
        get: async (key) => (await cache.get<string>({ key })) ?? undefined,
        set: async (key, value, options) => {
          const ttl = options?.ttlMs === undefined ? {} : { ttl: options.ttlMs };
          await cache.set({ key, value, ...ttl });
        },
        delete: async (key) => {
          await cache.delete({ key });
        },
        clear: () => cache.clear(),
      };
    },
    async close() {
      await bento.disconnectAll();
      connection.disconnect();
    },
  };
}
