import type { Happened } from './history.ts';
import { demand, demandSame, type Law } from './law.ts';
import { play } from './play.ts';
import { type TraceCase, tellTrace, tenantLetter, traces } from './trace.ts';

/**
 * P15: what processes tell each other concerns the tenant that changed something, and exactly what
 * it changed: each change is told once it took effect, with its own scope, and nothing else is told.
 *
 * Left out: the transport. That another tenant's kept values survive a message is seen by P6 and P7,
 * which compare where hits came from.
 *
 * Breaks in: t invalidates "k"; the message names u, whose process forgets and t's remembers.
 */
export const MESSAGES: Law<TraceCase> = {
  property: 'P15',
  name: 'messages',
  statement: 'a message between processes concerns only the tenant that changed something',
  usesStore: true,
  covers: [
    'told of a put',
    'told of an invalidation',
    'told of a removal',
    'nothing told of reads',
  ],

  cases: (core) => traces(core, { localTier: true, tiers: ['ample', 'ample'] }),

  async check(trace, trial) {
    let eventCount = 0;
    let messageCount = 0;
    await play(trial, trace, {}, ({ messages, contexts }, { history }) => {
      const changes = history.slice(eventCount).filter(({ verb }) => CHANGES.has(verb));
      const told = messages.slice(messageCount);
      [eventCount, messageCount] = [history.length, messages.length];
      demand(
        told.length === changes.length,
        () => `${changes.length} changes are told in ${told.length} messages`,
      );
      for (const [at, change] of changes.entries()) {
        const { tenant } = contexts[change.who];
        const whose = `the message of step ${change.step + 1}, a ${change.verb} by`;
        demandSame(
          told[at],
          { tenant, scope: scopeOfChange(change) },
          () => `${whose} ${tenantLetter(change.who)}`,
        );
        trial.coverage.count(CHANGES.get(change.verb) ?? '');
      }
      if (changes.length === 0) trial.coverage.count('nothing told of reads');
    });
  },

  tell: tellTrace,
};

const CHANGES: ReadonlyMap<string, string> = new Map([
  ['put', 'told of a put'],
  ['invalidate', 'told of an invalidation'],
  ['remove', 'told of a removal'],
]);

function scopeOfChange({ scope, key, verb }: Happened): unknown {
  if (verb === 'remove') return { kind: 'tenant' };
  return scope ?? { kind: 'key', key };
}
