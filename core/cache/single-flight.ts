import type { Fence } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';

/** A piece of work in progress that later requests for the same thing may wait for. */
export interface Flight<T> {
  readonly work: Promise<T>;
  /** Of the lookup that began it; undefined where the store could not be asked. */
  readonly fence: Fence | undefined;
  waiterCount: number;
}

/**
 * At most one load of a key of a tenant at a time in this process. Tenant and key are two levels of
 * maps, so no two pairs can be confused. A flight ends with its work: a failure rejects everyone
 * who waits, and is forgotten, as a success is.
 *
 * Who looked up behind an invalidation carries another fence than a flight begun before it, does
 * not join it and takes its place.
 */
export class SingleFlight<T> {
  private readonly tenants = new Map<TenantId, Map<string, Flight<T>>>();

  /** The flight that a request with this fence may join. */
  find(tenant: TenantId, key: string, fence: Fence | undefined): Flight<T> | undefined {
    const flight = this.tenants.get(tenant)?.get(key);
    return flight !== undefined && flight.fence === fence ? flight : undefined;
  }

  /** Starts the work and lets others join it until it settles. */
  lead(tenant: TenantId, key: string, fence: Fence | undefined, work: Promise<T>): Promise<T> {
    const flight: Flight<T> = { work, fence, waiterCount: 0 };
    let flights = this.tenants.get(tenant);
    if (flights === undefined) {
      flights = new Map();
      this.tenants.set(tenant, flights);
    }
    flights.set(key, flight);
    const land = (): void => this.forget(tenant, key, flight);
    work.then(land, land);
    return work;
  }

  /** Nobody joins the tenant's flights without a fence any more; who waits still gets theirs. */
  detachUnfenced(tenant: TenantId): void {
    for (const [key, flight] of this.tenants.get(tenant) ?? []) {
      if (flight.fence === undefined) this.forget(tenant, key, flight);
    }
  }

  /** Flights that may be joined, over all tenants. */
  get size(): number {
    let count = 0;
    for (const flights of this.tenants.values()) count += flights.size;
    return count;
  }

  private forget(tenant: TenantId, key: string, flight: Flight<T>): void {
    const flights = this.tenants.get(tenant);
    if (flights === undefined || flights.get(key) !== flight) return;
    flights.delete(key);
    if (flights.size === 0) this.tenants.delete(tenant);
  }
}
