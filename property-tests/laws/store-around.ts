import { copyOf } from '../../core/cache/local-tier.ts';
import type { Store } from '../../core/stores/store.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';

/** Puts something around every call of a store: runs it, or does not, or does more. */
export type Around = <Reply>(
  verb: keyof Store,
  tenant: TenantId,
  run: () => Promise<Reply>,
) => Promise<Reply>;

/** The store with `around` at each of its calls. */
export function storeAround(store: Store, around: Around): Store {
  return {
    lookup: (request) => around('lookup', request.tenant, () => store.lookup(request)),
    put: (request) => {
      // A client spells a command when it is given one, however late that leaves.
      const sent = { ...request, value: copyOf(request.value) };
      return around('put', request.tenant, () => store.put(sent));
    },
    invalidate: (request) => around('invalidate', request.tenant, () => store.invalidate(request)),
    acquireLease: (request) =>
      around('acquireLease', request.tenant, () => store.acquireLease(request)),
    releaseLease: (request) =>
      around('releaseLease', request.tenant, () => store.releaseLease(request)),
    readUsage: (tenant, nowMs) => around('readUsage', tenant, () => store.readUsage(tenant, nowMs)),
    listKeys: (tenant, nowMs) => around('listKeys', tenant, () => store.listKeys(tenant, nowMs)),
    reconcile: (tenant, nowMs) => around('reconcile', tenant, () => store.reconcile(tenant, nowMs)),
    removeTenant: (tenant) => around('removeTenant', tenant, () => store.removeTenant(tenant)),
    close: () => store.close(),
  };
}
