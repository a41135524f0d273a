import type { z } from 'zod';
import { TIERS } from '../../../core/tenancy/tier.ts';
import { type PlanSpec, specSchema } from './schema.ts';

export const PRESET_NAMES = ['small', 'medium', 'large'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

interface Deployment {
  readonly tenantCount: number;
  readonly lookupsPerSecond: number;
  readonly documentCount: number;
  readonly published: z.input<typeof specSchema>['published'];
  readonly current?: z.input<typeof specSchema>['current'];
}

/** Where the presets' figures come from. */
const SOURCE =
  'TechVoyageHub L3 M13.1, Multi-Tenant Performance Patterns (MIT), README: example deployments';

const COMMON_CLAIMS = { source: SOURCE, withinDeadline: 0.995, headroom: 0.25 };

/** A second report's figures of one server, checked with the same formulas. */
const SERVER_CLAIMS = {
  instance: {
    source: 'AlphaPulse, Redis Namespace Isolation - Performance Report, 2025-11-07',
    opsPerSecond: 3_500,
    tenants: 100,
    utilisation: 0.07,
    tenantsMax: 1_000,
    memoryGiB: 16,
  },
  sharing: { tenants: 100, bytesEach: 1e6, bookkeepingBytesEach: 96_000, saved: 0.9 },
};

const DEPLOYMENTS: Readonly<Record<PresetName, Deployment>> = {
  small: {
    tenantCount: 20,
    lookupsPerSecond: 2_000,
    documentCount: 50_000,
    published: {
      ...COMMON_CLAIMS,
      costPerMonth: 85_000,
      costPerTenant: 4_250,
      hitRatio: 0.8,
      p95Ms: { platinum: 180, gold: 450, silver: 950 },
    },
  },
  medium: {
    tenantCount: 50,
    lookupsPerSecond: 10_000,
    documentCount: 200_000,
    published: {
      ...COMMON_CLAIMS,
      costPerMonth: 200_000,
      costPerTenant: 4_000,
      dedicatedCostPerTenant: 16_000,
      hitRatio: 0.82,
      p95Ms: { platinum: 190, gold: 480, silver: 980 },
    },
  },
  large: {
    tenantCount: 200,
    lookupsPerSecond: 40_000,
    documentCount: 500_000,
    published: {
      ...COMMON_CLAIMS,
      memoryGiB: 192,
      costPerMonth: 600_000,
      costPerTenant: 3_000,
      hitRatio: 0.85,
      p95Ms: { platinum: 200, gold: 500, silver: 1_000 },
      ...SERVER_CLAIMS,
    },
    // "Redis Cluster (Shared, 192GB)"; three masters is the least a Redis Cluster can be.
    current: { memoryGiB: 64, masters: 3, replicas: 1 },
  },
};

/** The spec of one of the published example deployments; what it leaves open is assumed below. */
export function presetSpec(name: PresetName): PlanSpec {
  return specSchema.parse(presetInput(name));
}

export function presetInput(name: PresetName): z.input<typeof specSchema> {
  const { tenantCount, lookupsPerSecond, documentCount, published, current } = DEPLOYMENTS[name];
  return {
    version: 1,
    name,
    description: `${tenantCount} tenants, ${lookupsPerSecond} lookups/s, ${documentCount} documents a tenant`,
    currency: {
      code: 'INR',
      // The published costs are in rupees, the price list in dollars.
      perPriceUnit: { low: 84, mid: 88, high: 93, confidence: 0.9 },
      note: 'INR for one USD, late 2025; an assumption to replace',
    },
    tiers: presetTiers(),
    archetypes: { 'rag-answers': ragAnswers(documentCount) },
    tenants: presetGroups(tenantCount, lookupsPerSecond),
    growth: {
      tenantsPerMonth: { low: 0.01, mid: 0.03, high: 0.06, confidence: 0.9 },
      lookupsPerMonth: { low: 0, mid: 0.02, high: 0.05, confidence: 0.9 },
      valueBytesPerMonth: 0,
    },
    backend: {
      // "500-3000ms per query (vector DB latency)", read as the 5th and the 95th percentile.
      serviceMsP50: { low: 1_000, mid: 1_225, high: 1_500, confidence: 0.9 },
      serviceMsP95: { low: 2_500, mid: 3_000, high: 3_600, confidence: 0.9 },
      // Not said; with late loads abandoned the published hit ratios could not be.
      lateLoads: 'fill',
    },
    service: {
      cpuMsPerRequest: { low: 0.5, mid: 1, high: 2, confidence: 0.9 },
      coresPerReplica: 2,
    },
    team: { tenantsPerEngineer: 25, pricePerEngineerMonth: 200_000 },
    published,
    ...(current === undefined ? {} : { current }),
  };
}

const GIB = 2 ** 30;

function presetTiers(): z.input<typeof specSchema>['tiers'] {
  return Object.fromEntries(
    Object.values(TIERS).map((tier) => [
      tier.name,
      {
        deadlineMs: tier.deadlineMs,
        ttlSeconds: tier.ttlMs / 1000,
        ratePerSecond: tier.ratePerSecond,
        burst: tier.burst,
        quotaGiB: tier.quotaBytes / GIB,
        pricePerMonth: tier.pricePerMonth,
        // "Cache hit rate >75% per tenant", "99.5%+ compliance".
        promise: { hitRatio: 0.75, withinDeadline: 0.995 },
      },
    ]),
  );
}

/**
 * The published figures say documents, not distinct questions, nor how large an answer is. Assumed:
 * one question a document, Zipf's exponent at the median of Twitter's 53 production clusters (Yang
 * and others, OSDI 2020: 1.21 over all of them), an answer with its citations of some 8 KB.
 */
function ragAnswers(documentCount: number): z.input<typeof specSchema>['archetypes'][string] {
  return {
    keyCount: {
      low: documentCount / 2,
      mid: documentCount,
      high: documentCount * 2,
      confidence: 0.9,
    },
    zipfAlpha: { low: 1.05, mid: 1.2, high: 1.4, confidence: 0.9 },
    keyBytes: 40,
    valueBytes: { low: 4_000, mid: 8_000, high: 16_000, confidence: 0.9 },
  };
}

/** Assumed: a fifth Platinum, three tenths Gold, half Silver; each tier equally far from its limit. */
function presetGroups(
  tenantCount: number,
  lookupsPerSecond: number,
): z.input<typeof specSchema>['tenants'] {
  const counts = {
    platinum: tenantCount * 0.2,
    gold: tenantCount * 0.3,
    silver: tenantCount * 0.5,
  };
  const weight = Object.entries(counts).reduce(
    (sum, [name, count]) => sum + count * TIERS[name as keyof typeof TIERS].ratePerSecond,
    0,
  );
  return Object.entries(counts).map(([name, count]) => {
    const share = TIERS[name as keyof typeof TIERS].ratePerSecond / weight;
    const mid = lookupsPerSecond * share;
    return {
      name,
      tier: name,
      archetype: 'rag-answers',
      count,
      lookupsPerSecond: { low: mid * 0.8, mid, high: mid * 1.3, confidence: 0.9 },
      spread: 0.5,
      spikeFactor: 100,
    };
  });
}
