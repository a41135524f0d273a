import { z } from 'zod';

/**
 * What a plan is made from, version 1. Every figure that is not known exactly may be an interval
 * `{ low, mid, high, confidence }` instead of a number; units are in the names.
 */

const interval = z
  .strictObject({
    low: z.number().nonnegative(),
    mid: z.number().nonnegative(),
    high: z.number().nonnegative(),
    confidence: z.number().gt(0).lt(1).default(0.9).describe('share of cases between low and high'),
  })
  .refine(({ low, mid, high }) => low <= mid && mid <= high, {
    message: 'low <= mid <= high',
  });

/** A number, or how sure one is of it. */
const quantity = z.union([z.number().nonnegative(), interval]);
const positive = quantity.refine((given) => (typeof given === 'number' ? given : given.low) > 0, {
  message: 'more than 0',
});
const share = z.number().min(0).max(1);
const name = z.string().min(1).max(120);
const day = z.iso.date();

const tierSchema = z.strictObject({
  deadlineMs: z.number().positive().describe('longest a request may take'),
  ttlSeconds: z.number().positive().describe('life of an entry from its fill'),
  ratePerSecond: z.number().positive().describe('sustained limit of one tenant'),
  burst: z.number().positive().optional().describe('depth of the admission bucket, requests'),
  quotaGiB: z.number().positive().describe('storage limit of one tenant'),
  pricePerMonth: z.number().nonnegative().describe('what one tenant pays, in the currency'),
  promise: z
    .strictObject({
      hitRatio: share.optional().describe('least hit ratio'),
      withinDeadline: share.optional().describe('least share of requests inside the deadline'),
    })
    .default({}),
});

const archetypeSchema = z.strictObject({
  keyCount: positive.optional().describe('distinct keys one tenant asks for'),
  zipfAlpha: quantity.optional().describe("exponent of Zipf's law; 0 is uniform"),
  trace: z
    .string()
    .optional()
    .describe('CSV of time,key,size (plain or .gz) instead of keyCount and zipfAlpha'),
  keyBytes: positive.describe('key as Redis stores it, prefix included'),
  valueBytes: positive.describe('mean value as stored'),
  writesPerLookup: quantity.default(0).describe('writes beside the fills of misses'),
});

const observationSchema = z.strictObject({
  at: day,
  usageBytes: z.number().nonnegative(),
  lookupsPerSecond: z.number().nonnegative(),
});

const groupSchema = z.strictObject({
  name,
  tier: name,
  archetype: name,
  count: z.int().positive().default(1),
  lookupsPerSecond: positive.describe('mean of one tenant, at the busy hour'),
  spread: z
    .number()
    .min(0)
    .max(3)
    .default(0)
    .describe('how unequal the tenants of the group are: deviation of the log of their rates'),
  spikeFactor: z.number().min(1).default(10).describe('highest spike over the mean that is known'),
  hostile: z.boolean().default(false).describe('may act against its neighbours on purpose'),
  history: z.array(observationSchema).max(10_000).default([]),
});

export const shapeSchema = z.strictObject({
  name,
  memoryGiB: z.number().positive(),
  cores: z.int().positive(),
  networkMbps: z.number().positive(),
  pricePerMonth: z.number().nonnegative().describe('in the currency of the price list'),
});

export const priceListSchema = z.strictObject({
  date: day,
  source: z.string().min(1),
  currency: z.string().min(1),
  terms: z.string().min(1).describe('region, commitment, what is included'),
  shapes: z.array(shapeSchema).min(1),
});

const clusterSchema = z.strictObject({
  shape: name.optional().describe('a shape of the price list'),
  memoryGiB: z.number().positive().optional().describe('of one node, instead of a shape'),
  masters: z.int().positive(),
  replicas: z.int().nonnegative().default(1),
});

const publishedSchema = z.strictObject({
  source: z.string().min(1),
  memoryGiB: z.number().positive().optional(),
  headroom: share.optional(),
  costPerMonth: z.number().positive().optional(),
  costPerTenant: z.number().positive().optional(),
  dedicatedCostPerTenant: z.number().positive().optional(),
  hitRatio: share.optional(),
  p95Ms: z.record(z.string(), z.number().positive()).default({}),
  withinDeadline: share.optional(),
  instance: z
    .strictObject({
      source: z.string().min(1),
      opsPerSecond: z.number().positive(),
      tenants: z.int().positive().describe('whose operations these are'),
      utilisation: share,
      tenantsMax: z.int().positive(),
      memoryGiB: z.number().positive(),
    })
    .optional()
    .describe('what a single server is said to bear'),
  sharing: z
    .strictObject({
      tenants: z.int().positive(),
      bytesEach: z.number().positive().describe('of data that all tenants cache alike'),
      bookkeepingBytesEach: z.number().nonnegative(),
      saved: share,
    })
    .optional()
    .describe('what caching shared data once is said to save'),
});

export const specSchema = z.strictObject({
  version: z.literal(1),
  name,
  description: z.string().optional(),
  asOf: day.optional().describe('the day the figures hold for; default: today'),
  currency: z
    .strictObject({
      code: z.string().min(1),
      perPriceUnit: positive
        .default(1)
        .describe('units of this currency for one of the price list'),
      note: z.string().optional(),
    })
    .default({ code: 'USD', perPriceUnit: 1 }),
  tiers: z.record(z.string(), tierSchema),
  archetypes: z.record(z.string(), archetypeSchema),
  tenants: z.array(groupSchema).min(1),
  growth: z
    .strictObject({
      tenantsPerMonth: quantity.default(0).describe('share by which the number of tenants grows'),
      lookupsPerMonth: quantity.default(0).describe("share by which a tenant's lookups grow"),
      valueBytesPerMonth: quantity.default(0).describe('share by which values grow'),
    })
    .default({ tenantsPerMonth: 0, lookupsPerMonth: 0, valueBytesPerMonth: 0 }),
  redis: z
    .strictObject({
      allocatorShare: quantity
        .optional()
        .describe('what the allocator adds to a value, as a share of it; measured if left out'),
      entryOverheadBytes: positive
        .optional()
        .describe('beside key and value; measured if left out'),
      smallEntryOverheadBytes: positive
        .optional()
        .describe('the same of tenants with so few entries that Redis packs their indexes'),
      lookupUs: positive
        .optional()
        .describe('server time of one lookup; shipped figure if left out'),
      putUs: positive.optional().describe('server time of one put; shipped figure if left out'),
      fragmentation: positive
        .default({ low: 1.03, mid: 1.1, high: 1.3, confidence: 0.9 })
        .describe('resident over used memory'),
      processBytes: z
        .number()
        .nonnegative()
        .default(64 * 2 ** 20)
        .describe('of an empty server'),
      reserve: share.default(0.25).describe('share of memory kept free: forks, buffers, growth'),
      replicas: z.int().nonnegative().max(5).default(1).describe('copies of each master'),
    })
    .prefault({}),
  backend: z
    .strictObject({
      serviceMsP50: positive.describe('median time of a load behind the cache'),
      serviceMsP95: positive,
      lateLoads: z
        .enum(['abandon', 'fill'])
        .default('abandon')
        .describe(
          'whether a load that misses the deadline still fills the cache; this cache abandons it',
        ),
      workers: z.int().positive().optional().describe('loads at once that exist today'),
      pricePerWorkerMonth: z.number().nonnegative().optional().describe('in the currency'),
    })
    .optional(),
  service: z
    .strictObject({
      cpuMsPerRequest: positive,
      coresPerReplica: z.number().positive().default(2),
      pricePerReplicaMonth: z.number().nonnegative().default(0),
      targetUtilisation: share.default(0.7),
    })
    .optional(),
  current: clusterSchema.optional().describe('what runs today'),
  constraints: z
    .strictObject({
      shapes: z.array(name).optional().describe('only these'),
      mastersMax: z.int().positive().max(1_000).default(100),
      operationsPerNodeMonth: z
        .number()
        .nonnegative()
        .default(10)
        .describe('what looking after one node is worth, in the currency of the price list'),
    })
    .prefault({}),
  risk: z
    .strictObject({
      confidence: z.number().gt(0.5).lt(1).default(0.95).describe('of keeping every promise'),
      overcommit: z
        .number()
        .gt(0)
        .lt(0.5)
        .default(0.05)
        .describe('accepted probability of overflow'),
    })
    .prefault({}),
  team: z
    .strictObject({
      tenantsPerEngineer: z.number().positive(),
      pricePerEngineerMonth: z.number().positive(),
    })
    .optional(),
  prices: priceListSchema.optional().describe('default: the shipped price list'),
  published: publishedSchema.optional().describe('figures somebody states, to be compared'),
});

export type PlanSpec = z.infer<typeof specSchema>;
export type PriceList = z.infer<typeof priceListSchema>;
export type Shape = z.infer<typeof shapeSchema>;
export type Quantity = z.infer<typeof quantity>;
export type Group = PlanSpec['tenants'][number];
export type Archetype = PlanSpec['archetypes'][string];
export type PlanTier = PlanSpec['tiers'][string];

/** The published JSON Schema of a spec (draft 2020-12), for editors and other tools. */
export function planSpecJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(specSchema, { io: 'input', unrepresentable: 'any' });
  return { title: 'partywall plan spec, version 1', ...schema };
}
