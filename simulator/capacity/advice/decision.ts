import { type Need, needOfUses, useOf } from '../need.ts';
import { allowedShapes, leastMasters, makeOption } from '../options.ts';
import type { PlanSpec, PriceList } from '../spec/schema.ts';
import type { World } from '../world.ts';

/** Shared cache or one a tenant, in words and figures. */
export interface DecisionCard {
  readonly advice: 'share' | 'share, but' | 'do not share';
  readonly reasons: readonly string[];
  readonly rules: readonly DecisionRule[];
  /** Redis nodes, in the spec's currency a month. */
  readonly sharedCostPerMonth: number;
  readonly dedicatedCostPerMonth: number;
  /** Share of the dedicated cost that sharing saves. */
  readonly saving: number;
  /** Loads a second that reach the back-end with the cache and without. */
  readonly loadsWithCache: number;
  readonly loadsWithoutCache: number;
}

/** A condition under which sharing is wrong, and whether it holds. */
export interface DecisionRule {
  readonly rule: string;
  readonly found: string;
  readonly isBroken: boolean;
  /** Broken alone, it decides; others ask for care. */
  readonly decides: boolean;
}

/** Thresholds of the published decision card for namespace isolation in a shared cache. */
const TENANTS_MIN = 10;
const LOAD_SHARE_MAX = 0.5;
const SPIKE_MAX = 100;
const HIT_RATIO_MIN = 0.2;

export interface DecisionSource {
  readonly spec: PlanSpec;
  readonly prices: PriceList;
  readonly world: World;
  readonly middle: Need;
  readonly sharedCostPerMonth: number;
}

export function decide(source: DecisionSource): DecisionCard {
  const { middle, sharedCostPerMonth } = source;
  const rules = rulesOf(middle);
  const dedicatedCostPerMonth = dedicatedCost(source);
  const saving = dedicatedCostPerMonth === 0 ? 0 : 1 - sharedCostPerMonth / dedicatedCostPerMonth;
  const broken = rules.filter((rule) => rule.isBroken);
  const advice = broken.some((rule) => rule.decides)
    ? 'do not share'
    : broken.length > 0 || saving < 0
      ? 'share, but'
      : 'share';
  return {
    advice,
    reasons: reasonsOf(broken, saving),
    rules,
    sharedCostPerMonth,
    dedicatedCostPerMonth,
    saving,
    loadsWithCache: middle.missesPerSecond,
    loadsWithoutCache: middle.lookupsPerSecond,
  };
}

function rulesOf({ tenants, lookupsPerSecond, hitRatio }: Need): DecisionRule[] {
  const rates = tenants.map((use) => use.tenant.admittedPerSecond);
  const largest = lookupsPerSecond === 0 ? 0 : Math.max(...rates) / lookupsPerSecond;
  const spike = Math.max(...tenants.map((use) => use.tenant.spikeFactor));
  const hostile = tenants.filter((use) => use.tenant.hostile).length;
  return [
    {
      rule: `at least ${TENANTS_MIN} tenants`,
      found: `${tenants.length}`,
      isBroken: tenants.length < TENANTS_MIN,
      decides: false,
    },
    {
      rule: 'no tenant over half of the load',
      found: `${(100 * largest).toFixed(1)} %`,
      isBroken: largest > LOAD_SHARE_MAX,
      decides: true,
    },
    {
      rule: `no spike over ${SPIKE_MAX} times the mean`,
      found: `${spike} times`,
      isBroken: spike > SPIKE_MAX,
      decides: true,
    },
    {
      rule: `hit ratio of at least ${100 * HIT_RATIO_MIN} %`,
      found: `${(100 * hitRatio).toFixed(1)} %`,
      isBroken: hitRatio < HIT_RATIO_MIN,
      decides: true,
    },
    {
      rule: 'no tenant that acts against others on purpose, none by law apart',
      found: `${hostile} named hostile`,
      isBroken: hostile > 0,
      decides: true,
    },
  ];
}

function reasonsOf(broken: readonly DecisionRule[], saving: number): string[] {
  const money = `sharing ${saving >= 0 ? 'saves' : 'costs'} ${Math.abs(100 * saving).toFixed(0)} % ${saving >= 0 ? 'of' : 'more than'} one cache a tenant`;
  if (broken.length === 0) return ['none of the conditions against sharing holds', money];
  return [...broken.map(({ rule, found }) => `wanted: ${rule}; found: ${found}`), money];
}

/** Each tenant on the cheapest cluster of its own that bears it, reserve and replicas alike. */
function dedicatedCost({ spec, prices, world, middle }: DecisionSource): number {
  const shapes = allowedShapes(spec, prices);
  let total = 0;
  for (const { tenant } of middle.tenants) {
    const need = needOfUses(world, [useOf(tenant)]);
    const costs = shapes.map((shape) => {
      const masters = leastMasters(need, shape, spec);
      return masters === undefined
        ? Number.POSITIVE_INFINITY
        : makeOption(shape, masters, spec).pricePerMonth;
    });
    total += Math.min(...costs);
  }
  return total * world.currencyPerPriceUnit;
}
