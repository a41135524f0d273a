import { z } from 'zod';
import { asInput } from '../../any-record.ts';
import { migrateRecord } from '../../migrate-record.ts';
import { RecordError } from '../../record.ts';

/** How one thing that was tried ended; `open` where it could not be. */
export type OutcomeState = 'held' | 'broken' | 'open';

export interface Outcome {
  readonly name: string;
  readonly state: OutcomeState;
  /** In the record's own words. */
  readonly said: string;
}

/** A record that holds no figures of rounds, but what became of each thing that was tried. */
export interface OutcomeRecord {
  readonly kind: string;
  /** What was tried: an adapter, a scenario; two records of one kind must have the same. */
  readonly subject: string;
  readonly startedAt: string;
  readonly gitRevision: string | null;
  readonly interrupted: boolean;
  readonly outcomes: readonly Outcome[];
}

const envelope = {
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  gitRevision: z.string().nullable(),
  interrupted: z.boolean(),
};
const checkSchema = z.object({
  ...envelope,
  adapter: z.string(),
  properties: z.array(z.object({ id: z.string(), verdict: z.enum(['held', 'broken', 'skipped']) })),
});
const proofSchema = z.object({
  ...envelope,
  properties: z.array(
    z.object({
      property: z.string(),
      law: z.string(),
      ground: z.string(),
      verdict: z.enum(['held', 'broken', 'invalid']),
    }),
  ),
});
const mutantsSchema = z.object({
  ...envelope,
  mutants: z.array(
    z.object({
      name: z.string(),
      kills: z.array(z.object({ by: z.string() })),
      // Absent from records that took any kill for one by the property named for it.
      state: z.enum(['killed', 'missed', 'crashed', 'survived']).optional(),
    }),
  ),
});
const simulationSchema = z.object({
  ...envelope,
  version: z.int(),
  scenario: z.string(),
  judgement: z.object({
    checks: z.array(
      z.object({
        name: z.string(),
        value: z.number().nullable(),
        bound: z.number(),
        unit: z.string(),
        isKept: z.boolean(),
      }),
    ),
  }),
});

const stateOf = {
  held: 'held',
  broken: 'broken',
  skipped: 'open',
  invalid: 'open',
  killed: 'held',
  missed: 'open',
  crashed: 'open',
  survived: 'broken',
} as const;

/** From each kind to what became of what was tried. */
const readers: Readonly<Record<string, (json: unknown) => OutcomeRecord>> = {
  check: (json) => {
    const { adapter, properties, ...about } = parse(checkSchema, json);
    const outcomes = properties.map(({ id, verdict }) => ({
      name: id,
      state: stateOf[verdict],
      said: verdict,
    }));
    return { ...about, kind: 'check', subject: adapter, outcomes };
  },
  proof: (json) => {
    const { properties, ...about } = parse(proofSchema, json);
    const outcomes = properties.map(({ property, law, ground, verdict }) => ({
      name: `${property} ${law} on ${ground}`,
      state: stateOf[verdict],
      said: verdict,
    }));
    return { ...about, kind: 'proof', subject: 'the core', outcomes };
  },
  mutants: (json) => {
    const { mutants, ...about } = parse(mutantsSchema, json);
    const outcomes = mutants.map(({ name, kills: [kill], state }) => {
      const became = state ?? (kill === undefined ? 'survived' : 'killed');
      const by = became === 'killed' && kill !== undefined ? ` by ${kill.by}` : '';
      return { name, state: stateOf[became], said: `${became}${by}` };
    });
    return { ...about, kind: 'mutants', subject: 'the core and the verifier', outcomes };
  },
  simulation: (json) => {
    const migrated = migrateRecord(json as Record<string, unknown>);
    if ('problem' in migrated) throw new RecordError([migrated.problem]);
    const { scenario, judgement, ...about } = parse(simulationSchema, migrated.record);
    const outcomes = judgement.checks.map(({ name, value, bound, unit, isKept }) => ({
      name,
      state: value === null ? ('open' as const) : isKept ? ('held' as const) : ('broken' as const),
      said: `${value === null ? '?' : Number(value.toPrecision(4))} ${unit}, bound ${bound}`,
    }));
    return { ...about, kind: 'simulation', subject: scenario, outcomes };
  },
};

/** Kinds that are compared by what became of each thing tried. */
export const outcomeKinds = Object.keys(readers);

/** The record's kind where it is one of those; undefined for any other JSON. */
export function outcomeKindOf(json: unknown): string | undefined {
  const kind = typeof json === 'object' && json !== null && 'kind' in json ? json.kind : undefined;
  return outcomeKinds.find((one) => one === kind);
}

/** Throws a BadInputError with everything wrong with the file. */
export function parseOutcomes(field: string, file: string, json: unknown): OutcomeRecord {
  const reader = readers[outcomeKindOf(json) ?? ''];
  if (reader === undefined) throw new Error('a record of another kind');
  return asInput(field, file, () => reader(json));
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const version = (json as { version?: unknown }).version;
  if (schema !== (simulationSchema as unknown) && typeof version === 'number' && version > 1) {
    throw new RecordError([
      `version: ${version} is from a later partywall, this one reads up to 1: update it`,
    ]);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new RecordError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`),
  );
}
