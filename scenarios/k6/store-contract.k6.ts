import redis from 'k6/x/redis';
import { CONTRACT, tenantsOf } from '../../core/stores/contract.ts';
import { CONTRACT_ASSERTIONS } from '../../core/stores/contract-assert.ts';
import { makeK6Store } from '../../core/stores/k6-store.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';

/**
 * Runs the Store contract inside k6, over its own Redis client: one line a case, which the test
 * beside this file counts.
 */

declare const __ENV: Record<string, string>;

const client = new redis.Client({
  socket: { host: '127.0.0.1', port: Number(__ENV['REDIS_PORT']) },
  maxRetries: -1,
});
const store = makeK6Store(client, { keyspace: makeKeyspace() });

export const options = { vus: 1, iterations: 1 };

export default async function storeContract(): Promise<void> {
  for (const [at, { name, needsBytes, run }] of CONTRACT.entries()) {
    if (needsBytes === true) continue;
    let problem = '';
    try {
      await run({ store, tenant: tenantsOf('k6', at), ...CONTRACT_ASSERTIONS });
    } catch (error) {
      problem = error instanceof Error ? error.message : JSON.stringify(error);
    }
    console.log(JSON.stringify({ case: name, problem }));
  }
}
