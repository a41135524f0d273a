import { Document } from 'yaml';
import type { z } from 'zod';
import type { Quantity, specSchema } from '../spec/schema.ts';

/** A spec with remarks, to be written as YAML. */
export interface DraftSpec {
  readonly spec: z.input<typeof specSchema>;
  readonly notes: readonly string[];
}

export interface DraftTenant {
  readonly name: string;
  readonly lookupsPerSecond: Quantity;
  readonly isRateGuessed: boolean;
  readonly keyCount: Quantity;
  readonly zipfAlpha: Quantity;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly ttlSeconds: number;
  readonly hitRatio: number | undefined;
}

export interface Draft {
  readonly name: string;
  readonly notes: readonly string[];
  readonly tenants: readonly DraftTenant[];
  readonly fragmentation: number | undefined;
  readonly replicas: number | undefined;
  readonly commandUs: number | undefined;
  readonly maxmemoryBytes: number | undefined;
  readonly backend: { readonly p50Ms: number; readonly p95Ms: number } | undefined;
}

const GIB = 2 ** 30;

/** One tier and one archetype for each life of entries: tiers cannot be seen from outside. */
export function draftSpec(draft: Draft): DraftSpec {
  const { name, notes, tenants, fragmentation, replicas, commandUs, maxmemoryBytes, backend } =
    draft;
  const lives = [...new Set(tenants.map((tenant) => tenant.ttlSeconds))];
  const spec: z.input<typeof specSchema> = {
    version: 1,
    name,
    tiers: Object.fromEntries(lives.map((ttl) => [`ttl-${ttl}s`, tierOf(ttl, tenants)])),
    archetypes: Object.fromEntries(
      tenants.map(({ name: id, keyCount, zipfAlpha, keyBytes, valueBytes }) => [
        id,
        { keyCount, zipfAlpha, keyBytes, valueBytes },
      ]),
    ),
    tenants: tenants.map(({ name: id, ttlSeconds, lookupsPerSecond }) => ({
      name: id,
      tier: `ttl-${ttlSeconds}s`,
      archetype: id,
      lookupsPerSecond,
    })),
    redis: {
      ...(fragmentation === undefined ? {} : { fragmentation }),
      ...(replicas === undefined ? {} : { replicas: Math.min(5, replicas) }),
      ...(commandUs === undefined ? {} : { lookupUs: commandUs, putUs: commandUs }),
    },
    ...(backend === undefined
      ? {}
      : { backend: { serviceMsP50: backend.p50Ms, serviceMsP95: backend.p95Ms } }),
    ...(maxmemoryBytes
      ? {
          current: {
            memoryGiB: maxmemoryBytes / GIB,
            masters: 1,
            replicas: Math.min(5, replicas ?? 0),
          },
        }
      : {}),
  };
  return {
    spec,
    notes: [
      ...notes,
      'deadlines, quotas, limits and prices of tiers cannot be seen from outside: fill them in',
      'growth is not in a single reading: fill it in',
    ],
  };
}

/** A tier that limits nobody who was seen: to be replaced by the real one. */
function tierOf(ttlSeconds: number, tenants: readonly DraftTenant[]) {
  const high = ({ lookupsPerSecond }: DraftTenant) =>
    typeof lookupsPerSecond === 'number' ? lookupsPerSecond : lookupsPerSecond.high;
  const fastest = Math.max(1, ...tenants.filter((one) => one.ttlSeconds === ttlSeconds).map(high));
  return {
    deadlineMs: 1_000,
    ttlSeconds,
    ratePerSecond: Math.ceil(2 * fastest),
    quotaGiB: 64,
    pricePerMonth: 0,
  };
}

/** The draft as YAML, its notes above it. */
export function writeDraft({ spec, notes }: DraftSpec): string {
  const document = new Document(spec, { aliasDuplicateObjects: false });
  document.commentBefore = [
    ' A draft from what was seen; partywall plan FILE makes the plan.',
    ...notes.map((note) => ` - ${note.replace(/\s+/g, ' ')}`),
  ].join('\n');
  return document.toString({ lineWidth: 100 });
}
