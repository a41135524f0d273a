import type { Redis } from 'ioredis';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import { SCRIPTS } from '../../core/stores/lua/scripts.generated.ts';
import type {
  LookupRequest,
  PutRequest,
  Quota,
  RateLimit,
  Store,
} from '../../core/stores/store.ts';
import {
  type Keyspace,
  META_GRAVE,
  META_STATE_LENGTH,
  makeKeyspace,
} from '../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../core/tenancy/tenant-id.ts';
import { openRedis } from '../provision/redis-client.ts';
import type { RedisServer } from '../provision/redis-server.ts';

/** The Redis that is measured, by one client, with tenants of the benchmark's own. */
export interface BenchRedis {
  readonly server: RedisServer;
  readonly client: Redis;
  readonly store: Store;
  readonly keyspace: Keyspace;
  /** A tenant that `close` removes again. */
  tenant(name: string): TenantId;
  /** A key outside the tenants' that `close` removes again. */
  bareKey(name: string): string;
  close(): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 10_000;

export async function openBenchRedis(server: RedisServer, namespace: string): Promise<BenchRedis> {
  const client = openRedis(server.url, { commandTimeout: COMMAND_TIMEOUT_MS, retryStrategy: null });
  client.on('error', () => {});
  const keyspace = makeKeyspace(namespace);
  const store = makeIoredisStore(client, { keyspace });
  const tenants = new Set<TenantId>();
  const bareKeys = new Set<string>();
  await client.script('LOAD', SCRIPTS.lookup.source);
  await client.script('LOAD', SCRIPTS.put.source);
  return {
    server,
    client,
    store,
    keyspace,
    tenant: (name) => {
      const tenant = parseTenantId(name);
      tenants.add(tenant);
      return tenant;
    },
    bareKey: (name) => {
      const key = `${namespace}:bare:${name}`;
      bareKeys.add(key);
      return key;
    },
    close: async () => {
      try {
        for (const tenant of tenants) {
          await store.removeTenant(tenant);
          const { state } = keyspace.ofTenant(tenant);
          await client.unlink(state.slice(0, -META_STATE_LENGTH) + META_GRAVE);
        }
        for (const key of bareKeys) await client.unlink(key);
      } finally {
        client.disconnect();
        await server.stop();
      }
    },
  };
}

/** Text of the size that the reference deployment's answers have in the bench: 200 bytes. */
export const VALUE = 'v'.repeat(200);
const SEAL = 'x'.repeat(30);
const TTL_MS = 3_600_000;

/** Never reached. */
export const OPEN: RateLimit = {
  ratePerSecond: 1_000_000,
  burst: 1_000_000_000,
  enforcement: 'enforce',
};
/** Reached by the first request; the next token comes after days. */
export const CLOSED: RateLimit = { ratePerSecond: 0.00001, burst: 1, enforcement: 'enforce' };
export const AMPLE: Quota = { quotaBytes: 2 ** 40, atQuota: 'evict', enforcement: 'enforce' };

export function lookupOf(tenant: TenantId, key: string, limit = OPEN): LookupRequest {
  return { tenant, key, limit };
}

export function putOf(tenant: TenantId, key: string, quota = AMPLE): PutRequest {
  return { tenant, key, value: VALUE, seal: SEAL, ttlMs: TTL_MS, quota };
}
