import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import type { Adapter } from '../conformance/adapter.ts';

/** keyv 5 with @keyv/redis 5, a namespace for each tenant, as its documentation has it. */
const adapter: Adapter = {
  name: 'keyv 5 + @keyv/redis 5',
  async open({ redisUrl }) {
    const opened: Keyv[] = [];
    return {
      async tenant(id) {
        const store = new KeyvRedis(redisUrl, { namespace: id, throwOnErrors: true });
        const keyv = new Keyv({ store, namespace: id, useKeyPrefix: false, throwOnErrors: true });
        opened.push(keyv);
        return {
          get: (key) => keyv.get<string>(key),
          set: async (key, value, options) => {
            await keyv.set(key, value, options?.ttlMs);
          },
          delete: async (key) => {
            await keyv.delete(key);
          },
          clear: () => keyv.clear(),
        };
      },
      async close() {
        for (const keyv of opened) await keyv.disconnect();
      },
    };
  },
};

export default adapter;
