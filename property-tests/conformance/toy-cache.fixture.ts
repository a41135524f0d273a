import { Redis } from 'ioredis';
import type { Adapter, AdapterTraits, TenantHandle } from './adapter.ts';

/** What every tenant of a toy's opening shares. */
export interface ToyOpening {
  readonly client: Redis;
  /** Loads in progress and what is held locally, for toys that get this wrong. */
  readonly flights: Map<string, Promise<string>>;
  readonly local: Map<string, string>;
}

export interface ToyFault {
  /** Name of an entry's Redis key; injective and prefix-free unless given. */
  readonly layout?: (tenant: string, key: string) => string;
  /** Glob of all Redis keys of a tenant (and prefix); exact unless given. */
  readonly pattern?: (tenant: string, prefix: string) => string;
  /** Replaces methods of the right handle, or leaves them out. */
  readonly handle?: (right: Required<TenantHandle>, opening: ToyOpening, tenant: string) => object;
  readonly traits?: AdapterTraits;
}

/** A right little cache over Redis that offers everything, made wrong where a test says so. */
export function makeToy(fault: ToyFault = {}): Adapter {
  return {
    name: 'toy',
    ...(fault.traits === undefined ? {} : { traits: fault.traits }),
    async open({ redisUrl }) {
      const client = new Redis(redisUrl);
      const opening: ToyOpening = { client, flights: new Map(), local: new Map() };
      return {
        tenant: async (id) => {
          const right = rightHandle(opening, id, fault);
          return { ...right, ...fault.handle?.(right, opening, id) } as TenantHandle;
        },
        close: async () => client.disconnect(),
      };
    },
  };
}

/** Injective: ill-formed text is refused by encodeURIComponent, the rest is escaped. */
export function encodeToy(text: string): string {
  return encodeURIComponent(text).replace(
    /[!*'()~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
}

function rightHandle(
  { client }: ToyOpening,
  tenant: string,
  { layout = rightLayout, pattern = rightPattern }: ToyFault,
): Required<TenantHandle> {
  const clears = new Map<string, number>();
  const remove = async (glob: string) => {
    clears.set('all', (clears.get('all') ?? 0) + 1);
    const found = await client.keys(glob);
    if (found.length > 0) await client.unlink(...found);
  };
  const handle: Required<TenantHandle> = {
    get: async (key) => (await client.get(layout(tenant, key))) ?? undefined,
    set: async (key, value, options) => {
      if (options?.ttlMs === undefined) await client.set(layout(tenant, key), value);
      else await client.set(layout(tenant, key), value, 'PX', options.ttlMs);
    },
    delete: async (key) => {
      clears.set('all', (clears.get('all') ?? 0) + 1);
      await client.unlink(layout(tenant, key));
    },
    clear: () => remove(pattern(tenant, '')),
    invalidatePrefix: (prefix) => remove(pattern(tenant, prefix)),
    keys: () => client.keys(pattern(tenant, '')),
    getOrLoad: async (key, load) => {
      const known = await handle.get(key);
      if (known !== undefined) return known;
      const clearsBefore = clears.get('all');
      const value = await load();
      // A removal came in between: what was loaded before it may not land behind it.
      if (clears.get('all') === clearsBefore) await handle.set(key, value);
      return value;
    },
  };
  return handle;
}

function rightLayout(tenant: string, key: string): string {
  return `toy:${encodeToy(tenant)}:${encodeToy(key)}`;
}

function rightPattern(tenant: string, prefix: string): string {
  return `toy:${encodeToy(tenant)}:${encodeToy(prefix)}*`;
}
