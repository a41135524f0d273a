import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Adapter } from '../conformance/adapter.ts';
import { openBentocache } from './open-bentocache.ts';

/** bentocache 1.6.1 over Redis, a namespace for each tenant. */
const adapter: Adapter = {
  name: 'bentocache 1.6.1',
  open: ({ redisUrl }) =>
    openBentocache(redisUrl, (connection) => {
      const shared = bentostore().useL2Layer(redisDriver({ connection }));
      return new BentoCache({ default: 'shared', stores: { shared } });
    }),
};

export default adapter;
