import fc from 'fast-check';
import type { WrittenForm } from './ledger.ts';
import type { Act, Step } from './step.ts';

/** Which acts are drawn how often; an act left out is not drawn. */
export type ActWeights = Readonly<Partial<Record<ActKind, number>>>;
type ActKind = keyof typeof ACTS;

const TAGS = ['x', 'y'] as const;

/** Mostly the same few, so that steps meet. */
const key = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);
const tags = fc.constantFrom<(readonly string[])[]>([], [], ['x'], ['y'], ['x', 'y']);
const form: fc.Arbitrary<WrittenForm> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom<WrittenForm[]>('plain', 'bytes') },
  { weight: 20, arbitrary: fc.constantFrom<WrittenForm[]>('like RESP', 'JSON', 'controls') },
);
const ttlMs = fc.constantFrom(60_000, 60_000, 60_000, 1000, 250);

const ACTS = {
  get: fc.record({ verb: fc.constant('get' as const), key }),
  batch: fc.record({
    verb: fc.constant('batch' as const),
    keys: fc.array(key, { minLength: 2, maxLength: 3 }),
  }),
  put: fc.record({ verb: fc.constant('put' as const), key, form, ttlMs, tags }),
  load: fc.record({ verb: fc.constant('load' as const), key, form, tags }),
  begin: fc.record({ verb: fc.constant('begin' as const), key, form, tags }),
  finish: fc.constant({ verb: 'finish' as const }),
  'by key': fc.record({
    verb: fc.constant('invalidate' as const),
    by: fc.constant('key' as const),
    key,
  }),
  'by prefix': fc.record({
    verb: fc.constant('invalidate' as const),
    by: fc.constant('prefix' as const),
    key,
  }),
  'by tag': fc.record({
    verb: fc.constant('invalidate' as const),
    by: fc.constant('tag' as const),
    tag: fc.constantFrom(...TAGS),
  }),
  'by tenant': fc.constant({ verb: 'invalidate' as const, by: 'tenant' as const }),
  list: fc.constant({ verb: 'list' as const }),
  usage: fc.constant({ verb: 'usage' as const }),
  counters: fc.constant({ verb: 'counters' as const }),
  remove: fc.constant({ verb: 'remove' as const }),
};

/** A bit of everything. */
export const ALL_ACTS: Required<ActWeights> = {
  get: 10,
  batch: 2,
  put: 12,
  load: 4,
  begin: 3,
  finish: 2,
  'by key': 2,
  'by prefix': 1,
  'by tag': 1,
  'by tenant': 1,
  list: 1,
  usage: 2,
  counters: 2,
  remove: 1,
};

/** Steps one by one and in rows, of both tenants and processes. */
export function stepsOf(acts: ActWeights, stepsMax: number): fc.Arbitrary<Step[]> {
  const act = fc.oneof(
    ...Object.entries(acts).map(([kind, weight]) => ({
      weight,
      arbitrary: ACTS[kind as ActKind] as fc.Arbitrary<Act>,
    })),
  );
  const step: fc.Arbitrary<Step> = fc.record({
    who: fc.constantFrom(0, 1),
    at: fc.constantFrom(0, 0, 1),
    afterMs: fc.constantFrom(0, 0, 0, 1, 250, 1000, 6000),
    together: fc.boolean(),
    act,
  });
  const row = fc
    .record({ first: step, kind: fc.constantFrom(...ROW_KINDS), scope: fc.constantFrom(...SCOPES) })
    .map(({ first, kind, scope }) => {
      const more = kind === 'alone' ? [] : continuationOf(first.act, kind, scope);
      return [first, ...more.filter((next) => isDrawn(next.act, acts)).map(following(first))];
    });
  return fc
    .array(row, { minLength: 1, maxLength: stepsMax, size: 'max' })
    .map((rows) => rows.flat().slice(0, stepsMax));
}

/** How a step goes on; the first is what rows shrink to. */
const ROW_KINDS = ['alone', 'alone', 'alone', 'again', 'again', 'overtaken'] as const;
/** What is invalidated where something is overtaken: its key, a prefix that is its key, all. */
const SCOPES = ['key', 'prefix', 'tenant'] as const;

interface Next {
  readonly act: Act;
  readonly afterMs?: number;
}

/** Steps that show much behind another one and would rarely be drawn there by chance. */
function continuationOf(
  act: Act,
  kind: 'again' | 'overtaken',
  scope: (typeof SCOPES)[number],
): Next[] {
  switch (act.verb) {
    case 'get':
    case 'batch': {
      // What a reader does to its answer shows in its next one.
      if (kind === 'again') return [{ act }, { act }];
      const at = act.verb === 'get' ? act.key : (act.keys[0] ?? 0);
      return [{ act: invalidation(scope, at) }, { act }];
    }
    case 'put': {
      // At a quota it takes several keys to evict one, and a life ends in its very last millisecond.
      const further = [1, 2].map((by) => ({ act: { ...act, key: act.key + by } }));
      if (act.ttlMs >= LONG_MS) return further;
      return [
        { act: { verb: 'get', key: act.key }, afterMs: act.ttlMs - (kind === 'again' ? 0 : 1) },
      ];
    }
    case 'load':
      return [{ act: invalidation(scope, act.key) }, { act: { verb: 'get', key: act.key } }];
    case 'begin':
      // The load is under way when what it reads becomes outdated.
      return [
        { act: invalidation(scope, act.key) },
        { act: { verb: 'finish' } },
        { act: { verb: 'get', key: act.key } },
      ];
    default:
      return [];
  }
}

/** Lives from here on are not waited for. */
const LONG_MS = 10_000;

function invalidation(by: (typeof SCOPES)[number], at: number): Act {
  return by === 'tenant' ? { verb: 'invalidate', by } : { verb: 'invalidate', by, key: at };
}

/** By the same tenant in the same process, at once unless it says otherwise. */
function following(first: Step): (next: Next) => Step {
  return ({ act, afterMs = 0 }) => ({ ...first, act, afterMs, together: false });
}

function isDrawn(act: Act, acts: ActWeights): boolean {
  const kind = act.verb === 'invalidate' ? (`by ${act.by}` as const) : act.verb;
  return (acts[kind] ?? 0) > 0;
}
