import type { Store } from '../../core/stores/store.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';

/** One store a tenant, each over a connection of its own, looking like one store. */
export function routeByTenant(storeOf: (tenant: TenantId) => Promise<Store>): Store {
  return {
    lookup: async (request) => (await storeOf(request.tenant)).lookup(request),
    put: async (request) => (await storeOf(request.tenant)).put(request),
    invalidate: async (request) => (await storeOf(request.tenant)).invalidate(request),
    acquireLease: async (request) => (await storeOf(request.tenant)).acquireLease(request),
    releaseLease: async (request) => (await storeOf(request.tenant)).releaseLease(request),
    readUsage: async (tenant, nowMs) => (await storeOf(tenant)).readUsage(tenant, nowMs),
    listKeys: async (tenant, nowMs) => (await storeOf(tenant)).listKeys(tenant, nowMs),
    reconcile: async (tenant, nowMs) => (await storeOf(tenant)).reconcile(tenant, nowMs),
    removeTenant: async (tenant) => (await storeOf(tenant)).removeTenant(tenant),
    close: async () => {},
  };
}
