import { z } from 'zod';
import type { CacheSettings } from './settings.ts';

const count = z.int().min(1);
const milliseconds = z.number().min(1).max(86_400_000);

const schema = z
  .strictObject({
    singleFlight: z.boolean(),
    deadline: z.boolean(),
    localDeny: z.boolean(),
    denyMsMax: milliseconds,
    earlyRefresh: z.boolean(),
    earlyRefreshBeta: z.number().min(0).max(100),
    ttlJitter: z.number().min(0).max(1),
    lease: z.boolean(),
    leaseMs: milliseconds,
    leasePollMs: milliseconds,
    onStoreFailure: z.enum(['fail-open', 'fail-closed']),
    localShare: z.number().gt(0).max(1),
    retriesMax: z.int().min(0).max(10),
    retryPauseMs: z.number().min(0).max(60_000),
    circuitFailuresMax: z.int().min(0),
    circuitOpenMs: milliseconds,
    storeClock: z.enum(['own', 'cache']),
    loadsMax: count,
    waitersMax: count,
    tenantsMax: count,
    localTier: z.boolean(),
    localEntriesMax: count,
    localBytesMax: count,
    localTtlMs: milliseconds,
  } satisfies Record<keyof CacheSettings, z.ZodType>)
  .partial();

export type SettingsReading =
  | { readonly kind: 'ok'; readonly settings: Partial<CacheSettings> }
  /** One line a problem: field, value, what was expected. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/**
 * Reads settings that come from outside, and names all that is wrong with them at once. Kept apart
 * from the cache, so that what runs in k6 does not carry a schema library.
 */
export function parseCacheSettings(input: unknown): SettingsReading {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { kind: 'ok', settings: withoutUndefined(parsed.data) };
  const problems = parsed.error.issues.map((issue) => {
    const field = issue.path.join('.') || 'settings';
    return `${field} is ${shown(valueAt(input, issue.path))}: ${issue.message}`;
  });
  return { kind: 'invalid', problems };
}

/** A field that is present and undefined means the default, as an absent one does. */
function withoutUndefined(settings: object): Partial<CacheSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) value = Object(value)[step];
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}
