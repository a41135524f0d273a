import type { Store } from '../../core/stores/store.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import { demandSame } from '../laws/law.ts';

/** What both stores are told alike: the tenants, the time, and which fences were handed out. */
export interface Model {
  readonly memory: Store;
  readonly tenants: readonly [TenantId, TenantId];
  nowMs: number;
  /** Of each tenant, as each store spells them. */
  readonly fences: readonly [FencePair[], FencePair[]];
  /** How often what happened, over all runs. */
  readonly count: (what: string) => void;
}

export interface FencePair {
  readonly inMemory: string;
  readonly inRedis: string;
}

/** The store that is compared with the model. */
export interface Real {
  readonly redis: Store;
}

/** Which of the two tenants. */
export type Who = 0 | 1;

/**
 * Does the same in both stores, expects the same reply, and the same usage of both tenants
 * afterwards, to the byte.
 */
export async function both<Reply>(
  model: Model,
  { redis }: Real,
  run: (store: Store) => Promise<Reply>,
  view: (reply: Reply) => unknown = (reply) => reply,
): Promise<readonly [Reply, Reply]> {
  const expected = await run(model.memory);
  const actual = await run(redis);
  demandSame(sorted(view(actual)), sorted(view(expected)), () => 'Redis answered');
  for (const [who, tenant] of model.tenants.entries()) {
    const wanted = await model.memory.readUsage(tenant, model.nowMs);
    const found = await redis.readUsage(tenant, model.nowMs);
    demandSame(sorted(found), sorted(wanted), () => `usage of tenant ${who} in Redis`);
  }
  return [expected, actual];
}

/** Fields in one order, so that equal replies are equal text. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
