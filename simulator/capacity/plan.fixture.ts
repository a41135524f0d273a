import { makePlan, type Plan, type PlanOptions } from './plan.ts';
import { parseSpec } from './spec/parse-spec.ts';
import { type PresetName, presetSpec } from './spec/presets.ts';
import type { PlanSpec } from './spec/schema.ts';

export const OPTIONS: PlanOptions = {
  seed: 42,
  worldCount: 64,
  today: '2026-11-24',
  measured: {},
  traces: new Map(),
};

const plans = new Map<PresetName, Plan>();

/** The plan of a preset, made once. */
export function planOf(name: PresetName): Plan {
  const known = plans.get(name);
  if (known !== undefined) return known;
  const made = makePlan(presetSpec(name), OPTIONS);
  plans.set(name, made);
  return made;
}

/** A small spec whose figures are exact unless `more` says otherwise. */
export function exactSpec(more = ''): PlanSpec {
  return parseSpec(`${EXACT_SPEC}${more}`, 'exact.yaml');
}

export const EXACT_SPEC = `version: 1
name: exact
tiers:
  gold:
    deadlineMs: 500
    ttlSeconds: 600
    ratePerSecond: 5000
    quotaGiB: 10
    pricePerMonth: 100
    promise: { hitRatio: 0.5 }
archetypes:
  pages: { keyCount: 20000, zipfAlpha: 0.9, keyBytes: 40, valueBytes: 20000 }
tenants:
  - { name: a, tier: gold, archetype: pages, count: 12, lookupsPerSecond: 100 }
  - { name: b, tier: gold, archetype: pages, count: 30, lookupsPerSecond: 20 }
`;
