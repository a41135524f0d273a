import { Redis } from 'ioredis';
import type { Adapter } from '../conformance/adapter.ts';

/** ioredis with `keyPrefix`, its own way to keep the keys of several parties apart. */
const adapter: Adapter = {
  name: 'ioredis keyPrefix',
  async open({ redisUrl }) {
    const clients: Redis[] = [];
    return {
      async tenant(id) {
        const client = new Redis(redisUrl, { keyPrefix: id });
        clients.push(client);
        return {
          get: async (key) => (await client.get(key)) ?? undefined,
          set: async (key, value, options) => {
            if (options?.ttlMs === undefined) await client.set(key, value);
            else await client.set(key, value, 'PX', options.ttlMs);
          },
          delete: async (key) => {
            await client.del(key);
          },
          // The one command there is to empty something; prefixes do not reach it.
          clear: async () => {
            await client.flushdb();
          },
          keys: () => client.keys('*'),
        };
      },
      async close() {
        for (const client of clients) client.disconnect();
      },
    };
  },
};

export default adapter;
