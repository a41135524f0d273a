import { Expected, inOrderOfEnd } from './checkers.ts';
import { demandSame, type Law } from './law.ts';
import { play } from './play.ts';
import { CONFUSIONS_COVERED, type TraceCase, tellTrace, tenantLetter, traces } from './trace.ts';

/**
 * P18: after every step, listing and counting show exactly the keys of the tenant that asks, as it
 * spells them: no key of another, none that expired, none missing.
 *
 * Left out: evictions, since limits are ample; the order of a listing, which nobody promises.
 *
 * Breaks in: t = "a", u = "ab", listing by `SCAN MATCH cache:a*`: t is shown u's keys.
 */
export const LISTING: Law<TraceCase> = {
  property: 'P18',
  name: 'listing',
  statement: 'listing and counting show exactly the keys of the tenant that asks',
  usesStore: true,
  covers: [...CONFUSIONS_COVERED, 'keys listed', 'nothing listed', 'keys expired'],

  cases: (core) =>
    traces(core, {
      acts: {
        ...{ put: 12, load: 2, begin: 2, finish: 1, get: 1, remove: 1 },
        ...{ 'by key': 1, 'by prefix': 1, 'by tag': 1, 'by tenant': 1 },
      },
      tiers: ['ample', 'ample'],
    }),

  async check(trace, trial) {
    await play(trial, trace, {}, async ({ store, contexts, time }, { history }) => {
      for (const [who, { tenant }] of contexts.entries()) {
        const expected = new Expected();
        const own = history.filter((event) => event.who === who);
        for (const event of inOrderOfEnd(own)) expected.apply(event);
        const keys = expected.keys(time.nowMs);
        const listed = (await store.listKeys(tenant, time.nowMs)).sort();
        demandSame(listed, keys, () => `${tenantLetter(who)} lists`);
        const usage = await store.readUsage(tenant, time.nowMs);
        demandSame(usage.entryCount, keys.length, () => `entries counted for ${tenantLetter(who)}`);
        trial.coverage.count(keys.length > 0 ? 'keys listed' : 'nothing listed');
        if (usage.expiredCount > 0) trial.coverage.count('keys expired');
      }
    });
  },

  tell: tellTrace,
};
