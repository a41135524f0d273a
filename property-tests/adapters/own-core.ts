import type { CachePorts } from '../../core/cache/ports.ts';
import type { TenantCache } from '../../core/cache/tenant-cache.ts';
import { makeTenantContext } from '../../core/cache/tenant-context.ts';
import type { Store, Value } from '../../core/stores/store.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import { TIERS } from '../../core/tenancy/tier.ts';
import type { TenantHandle } from '../conformance/adapter.ts';

/** Clock, chance and timers of the process. */
export const NODE_PORTS: CachePorts = {
  nowMs: Date.now,
  random: Math.random,
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Tenants of the top tier, their rate not limited: a check asks faster than a tenant may. */
export function tenantsOf(cache: TenantCache, store: Store): (id: string) => Promise<TenantHandle> {
  return async (id) => {
    const tenant = parseTenantId(id);
    const context = makeTenantContext(tenant, TIERS.platinum, { limit: 'off' });
    return {
      get: async (key) => {
        const outcome = await cache.get(context, key);
        if (outcome.kind === 'miss') return undefined;
        if (outcome.kind === 'hit') return textOf(outcome.value);
        throw new Error(`get: ${outcome.reason}`);
      },
      set: async (key, value, options = {}) => {
        const outcome = await cache.put(context, key, value, options);
        if (outcome.kind !== 'stored') throw new Error(`put: ${outcome.reason}`);
      },
      delete: async (key) => expectInvalidated(await cache.delete(context, key)),
      clear: async () => expectInvalidated(await cache.invalidate(context, { kind: 'tenant' })),
      invalidatePrefix: async (prefix) =>
        expectInvalidated(await cache.invalidate(context, { kind: 'prefix', prefix })),
      keys: () => store.listKeys(tenant),
      getOrLoad: async (key, load) => {
        const outcome = await cache.getOrLoad(context, key, load);
        if (outcome.kind === 'hit' || outcome.kind === 'loaded') return textOf(outcome.value);
        if (outcome.kind === 'rejected') throw new Error(`load: ${outcome.reason}`);
        throw outcome.error.cause ?? outcome.error;
      },
    };
  };
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  throw new Error('bytes came back for text');
}

function expectInvalidated(outcome: { readonly kind: string }): void {
  if (outcome.kind !== 'invalidated') throw new Error(`invalidate: ${outcome.kind}`);
}
