import { BentoCache, bentostore } from 'bentocache-1.2.2';
import { redisDriver } from 'bentocache-1.2.2/drivers/redis';
import type { Adapter } from '../conformance/adapter.ts';
import { openBentocache } from './open-bentocache.ts';

/** bentocache 1.2.2 over Redis, a namespace for each tenant. */
const adapter: Adapter = {
  name: 'bentocache 1.2.2',
  open: ({ redisUrl }) =>
    openBentocache(redisUrl, (connection) => {
      const shared = bentostore().useL2Layer(redisDriver({ connection }));
      return new BentoCache({ default: 'shared', stores: { shared } });
    }),
};

export default adapter;
