import { Engine } from '@hapi/catbox-redis';
import { Redis } from 'ioredis';
import type { Adapter } from '../conformance/adapter.ts';

/** Catbox wants a time to live with every entry; this one outlasts any check. */
const TTL_MS = 3_600_000;

/** @hapi/catbox-redis 7, a segment for each tenant. It offers neither clear nor a listing. */
const adapter: Adapter = {
  name: '@hapi/catbox-redis 7.1.0',
  async open({ redisUrl }) {
    const client = new Redis(redisUrl);
    const engine = new Engine<string>({ client, partition: 'app' });
    await engine.start();
    return {
      async tenant(segment) {
        // What catbox itself asks before it uses a segment.
        const refusal = engine.validateSegmentName(segment);
        if (refusal !== null) throw refusal;
        return {
          get: async (id) => (await engine.get({ segment, id }))?.item,
          set: async (id, value, options) => {
            await engine.set({ segment, id }, value, options?.ttlMs ?? TTL_MS);
          },
          delete: async (id) => {
            await engine.drop({ segment, id });
          },
        };
      },
      async close() {
        await engine.stop();
        client.disconnect();
      },
    };
  },
};

export default adapter;
