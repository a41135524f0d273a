import { checkProvenance } from './checkers.ts';
import { ALL_ACTS } from './draw-steps.ts';
import { demand, type Law } from './law.ts';
import { play } from './play.ts';
import { CONFUSIONS_COVERED, type TraceCase, tellTrace, traces } from './trace.ts';

/**
 * P2: whatever a tenant reads for a key, it wrote to that key itself, and nothing that the store
 * hands out is sealed for somebody else. Values are unique, so each
 * read names its writer; arrays that were handed out are overwritten, so that a cache which hands
 * out its own is found as well.
 *
 * Left out: whether the value is the right one of the tenant's (P3, P5).
 *
 * Breaks in: t puts "k"; u gets "k" and is given what t put.
 */
export const PROVENANCE: Law<TraceCase> = {
  property: 'P2',
  name: 'provenance',
  statement: 'every value read was written by that tenant to that key',
  usesStore: true,
  covers: [...CONFUSIONS_COVERED, 'values read', 'bytes read', 'read together'],

  cases: (core) => traces(core, { acts: { ...ALL_ACTS, get: 24, put: 16 }, stepsMax: 20 }),

  async check(trace, trial) {
    const played = await play(trial, trace);
    if (played === undefined) return;
    checkProvenance(played.history);
    demand(played.house.alarms.length === 0, () => 'a value came back under a foreign seal');
    const { coverage } = trial;
    for (const { found } of played.history) {
      if (typeof found !== 'object') continue;
      coverage.count('values read');
      if (typeof found.value !== 'string') coverage.count('bytes read');
    }
    if (trace.steps.some(({ act }) => act.verb === 'batch')) coverage.count('read together');
  },

  tell: tellTrace,
};
