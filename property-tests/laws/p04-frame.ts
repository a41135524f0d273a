import fc from 'fast-check';
import type { LookupReply } from '../../core/stores/store.ts';
import { checkProvenance, Expected, inOrderOfEnd } from './checkers.ts';
import { isInScope } from './history.ts';
import type { House } from './house.ts';
import { demand, demandSame, type Law } from './law.ts';
import { Performer } from './performer.ts';
import { play } from './play.ts';
import type { Act } from './step.ts';
import {
  scopeOf,
  shown,
  type TraceCase,
  tellStep,
  tellTrace,
  tenantLetter,
  traces,
} from './trace.ts';

interface FrameCase {
  readonly trace: TraceCase;
  /** What the first tenant invalidates in the end. */
  readonly end: Extract<Act, { verb: 'invalidate' }>;
}

/**
 * P4: an invalidation leaves every entry outside its scope as it was: every one of the neighbour,
 * and the tenant's own others, in existence, value, kind (text or bytes), seal and remaining life.
 * It also removes what it should, and says how much that was.
 *
 * Left out: recency, which reading the entries changes.
 *
 * Breaks in: t = "a", u = "ab", both put "k"; t invalidates its prefix "" by `DEL cache:a*`.
 */
export const FRAME: Law<FrameCase> = {
  property: 'P4',
  name: 'frame',
  statement: 'an invalidation leaves everything outside its scope unchanged',
  usesStore: true,
  covers: [
    ...['invalidated key', 'invalidated prefix', 'invalidated tag', 'invalidated tenant'],
    ...['own entries outside the scope', "neighbour's entries", 'entries in the scope'],
  ],

  cases: (core) =>
    fc.record({
      trace: traces(core, { acts: { put: 8, load: 2 }, tiers: ['ample', 'ample'], stepsMax: 10 }),
      end: fc.oneof(
        fc.record({
          verb: fc.constant('invalidate' as const),
          by: fc.constant('key' as const),
          key: fc.nat({ max: 3 }),
        }),
        {
          // Prefixes are what is taken for a pattern.
          weight: 3,
          arbitrary: fc.record({
            verb: fc.constant('invalidate' as const),
            by: fc.constant('prefix' as const),
            key: fc.nat({ max: 3 }),
          }),
        },
        fc.record({
          verb: fc.constant('invalidate' as const),
          by: fc.constant('tag' as const),
          tag: fc.constantFrom('x', 'y'),
        }),
        fc.constant({ verb: 'invalidate' as const, by: 'tenant' as const }),
      ),
    }),

  async check({ trace, end }, trial) {
    const played = await play(trial, trace);
    if (played === undefined) return;
    const { house, history } = played;
    checkProvenance(history);
    const { coverage } = trial;
    const scope = scopeOf(end, trace);
    const nowMs = house.time.nowMs;
    const before = await snapshot(house, trace);
    const own = new Expected();
    for (const event of inOrderOfEnd(history)) if (event.who === 0) own.apply(event);

    const event = await new Performer(house).invalidate({ step: -1, who: 0, at: 0 }, scope);

    const after = await snapshot(house, trace);
    let inScopeCount = 0;
    for (const [at, { who, key, entry }] of before.entries()) {
      const isHit = entry.kind === 'hit';
      const written = who === 0 ? own.live(key, nowMs) : undefined;
      const isEnded = written !== undefined && isInScope(key, written.tags, scope);
      const whose = `${tenantLetter(who)}'s ${shown(key)}`;
      if (isEnded) {
        inScopeCount += 1;
        demand(after[at]?.entry.kind === 'miss', () => `${whose} is still there`);
      } else {
        demandSame(after[at]?.entry, entry, () => `${whose} became`);
        if (isHit)
          coverage.count(who === 0 ? 'own entries outside the scope' : "neighbour's entries");
      }
    }
    demandSame(event.seen, { kind: 'invalidated', removedCount: inScopeCount }, () => 't was told');
    coverage.count(`invalidated ${scope.kind}`);
    coverage.count('entries in the scope', inScopeCount);
  },

  tell: ({ trace, end }) => [
    ...tellTrace(trace),
    `then ${tellStep({ who: 0, at: 0, afterMs: 0, together: false, act: end }, trace)}`,
  ],
};

interface Shot {
  readonly who: number;
  readonly key: string;
  readonly entry: { readonly kind: LookupReply['kind']; readonly [field: string]: unknown };
}

const OPEN_LIMIT = { ratePerSecond: 1, burst: 1, enforcement: 'off' } as const;

/** Every entry of both tenants as the store has it. */
async function snapshot({ store, contexts, time }: House, trace: TraceCase): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (const [who, { tenant }] of contexts.entries()) {
    for (const key of trace.keys) {
      const request = { tenant, key, limit: OPEN_LIMIT, nowMs: time.nowMs };
      const { fence: _, ...entry } = { fence: '', ...(await store.lookup(request)) };
      shots.push({ who, key, entry });
    }
    const keys = (await store.listKeys(tenant, time.nowMs)).sort();
    const listed = keys.filter((key) => !trace.keys.includes(key));
    demandSame(listed, [], () => `${tenantLetter(who)} lists keys that it never wrote`);
  }
  return shots;
}
