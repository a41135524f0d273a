import type { InvalidationMessage } from '../../core/cache/local-tier.ts';
import type { SealAlarm } from '../../core/cache/ports.ts';
import type { CacheSettings } from '../../core/cache/settings.ts';
import type { TenantContext } from '../../core/cache/tenant-context.ts';
import type { Store } from '../../core/stores/store.ts';
import type { Tier } from '../../core/tenancy/tier.ts';
import type { CacheUnderTest } from './core-under-test.ts';
import type { Trial } from './law.ts';
import { VirtualTime } from './virtual-time.ts';

/** Limits that a case never reaches, or reaches all the time. */
export type TierName = 'ample' | 'tight';

export interface HousePlan {
  readonly tenants: readonly [string, string];
  readonly tiers: readonly [TierName, TierName];
  /** Whether the processes keep hot values themselves. */
  readonly localTier: boolean;
}

/** What may stand between the caches and their store, and where time comes from. */
export interface Surroundings {
  readonly around?: (store: Store, time: VirtualTime) => Store;
  readonly after?: (delayMs: number, run: () => void) => () => void;
  readonly settings?: Partial<CacheSettings>;
}

/** Two tenants in two processes over one store, in virtual time. */
export interface House {
  readonly time: VirtualTime;
  /** As the caches see it, faults included. */
  readonly store: Store;
  readonly processes: readonly [CacheUnderTest, CacheUnderTest];
  readonly contexts: readonly [TenantContext, TenantContext];
  /** All that the processes told each other. */
  readonly messages: readonly InvalidationMessage[];
  readonly alarms: readonly SealAlarm[];
}

/** In bytes and tokens: two or three small entries, four requests at once, then four a second. */
export const TIGHT = { quotaBytes: 450, ratePerSecond: 4, burst: 4 } as const;

/** Beyond any case. */
const NEVER_MS = 1e9;

const COMMON = { atQuota: 'evict', pricePerMonth: 0, ttlMs: 60_000 } as const;
const TIERS: Readonly<Record<TierName, Tier>> = {
  ample: {
    ...COMMON,
    name: 'ample',
    deadlineMs: NEVER_MS,
    ratePerSecond: 1e6,
    burst: 1e6,
    quotaBytes: 1e9,
  },
  tight: { ...COMMON, name: 'tight', deadlineMs: NEVER_MS, ...TIGHT },
};

/** Life of an entry unless its put says otherwise, in milliseconds. */
export const TTL_MS = COMMON.ttlMs;

/**
 * A house of its own for one run of a case; undefined if the core refuses one of the tenants, which
 * it may, as long as it says so.
 */
export async function openHouse(
  { core, ground, coverage }: Trial,
  plan: HousePlan,
  surroundings: Surroundings = {},
): Promise<House | undefined> {
  const contexts = makeContexts(core, plan);
  if (contexts === undefined) {
    coverage.count('a tenant id was refused');
    return undefined;
  }
  const time = new VirtualTime();
  const opened = await ground.openStore(core, time.read);
  const store = surroundings.around?.(opened, time) ?? opened;
  const messages: InvalidationMessage[] = [];
  const alarms: SealAlarm[] = [];
  const listeners: ((message: InvalidationMessage) => void)[] = [];
  const settings: Partial<CacheSettings> = {
    storeClock: 'cache',
    earlyRefresh: false,
    ttlJitter: 0,
    localTier: plan.localTier,
    ...surroundings.settings,
  };

  function openProcess(at: number): CacheUnderTest {
    const channel = {
      publish(message: InvalidationMessage) {
        messages.push(message);
        for (const [other, listener] of listeners.entries()) if (other !== at) listener(message);
      },
      subscribe: (listener: (message: InvalidationMessage) => void) => {
        listeners[at] = listener;
      },
    };
    const ports = {
      nowMs: time.read,
      random: () => (at + 1) / 3,
      after: surroundings.after ?? time.after,
      onAlarm: (alarm: SealAlarm) => alarms.push(alarm),
      channel,
    };
    return core.openCache(store, ports, settings);
  }

  return { time, store, processes: [openProcess(0), openProcess(1)], contexts, messages, alarms };
}

function makeContexts(
  { parseTenantId, makeTenantContext }: Trial['core'],
  { tenants, tiers }: HousePlan,
): readonly [TenantContext, TenantContext] | undefined {
  try {
    const [one, other] = tenants.map(parseTenantId);
    if (one === undefined || other === undefined) return undefined;
    return [makeTenantContext(one, TIERS[tiers[0]]), makeTenantContext(other, TIERS[tiers[1]])];
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidInputError') return undefined;
    throw error;
  }
}
