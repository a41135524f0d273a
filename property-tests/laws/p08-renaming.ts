import fc from 'fast-check';
import { confusableEntries } from '../arbitraries/confusable-entries.ts';
import type { Seen } from './history.ts';
import type { Law } from './law.ts';
import { play } from './play.ts';
import { shown, type TraceCase, tellTrace, traces } from './trace.ts';
import { demandSameView } from './two-traces.ts';

interface RenamedCase {
  readonly trace: TraceCase;
  readonly renamed: readonly [string, string];
}

/**
 * P8: names mean nothing. The same trace under any two other names looks the same to both tenants:
 * nobody is served better or worse for what it is called.
 *
 * Left out: bytes, since the seal of an entry spells its tenant and longer names take more; so
 * limits are ample here. Rollouts, which enrol tenants by their name on purpose.
 *
 * Breaks in: t = "A", u = "a", ids folded to one case: renamed to "b" and "c" they are apart.
 */
export const RENAMING: Law<RenamedCase> = {
  property: 'P8',
  name: 'renaming',
  statement: 'other names change nothing but the names',
  usesStore: true,
  covers: ['names exchanged', 'names changed'],

  cases: (core) =>
    fc
      .record({
        trace: traces(core, { tiers: ['ample', 'ample'] }),
        pair: confusableEntries({ vocabulary: core.vocabulary }),
        isExchange: fc.boolean(),
      })
      .map(({ trace, pair, isExchange }) => {
        const [t, u] = trace.tenants;
        return { trace, renamed: isExchange ? ([u, t] as const) : pair.tenants };
      }),

  async check({ trace, renamed }, trial) {
    const played = await play(trial, trace);
    const other = await play(trial, { ...trace, tenants: renamed });
    if (played === undefined || other === undefined) return;
    const when = `as ${shown(renamed[0])} beside ${shown(renamed[1])}`;
    for (const who of [0, 1]) {
      demandSameView(who, played.seenBy(who), other.seenBy(who), when, withoutBytes);
    }
    const isExchange = renamed[0] === trace.tenants[1];
    trial.coverage.count(isExchange ? 'names exchanged' : 'names changed');
  },

  tell: ({ trace, renamed: [t, u] }) => [
    ...tellTrace(trace),
    `- and again with t = ${shown(t)}, u = ${shown(u)}`,
  ],
};

function withoutBytes({ usageBytes: _, ...seen }: Seen): unknown {
  return seen;
}
