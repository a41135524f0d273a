import fc from 'fast-check';
import { checkProvenance } from './checkers.ts';
import type { Happened } from './history.ts';
import {
  type InterleavedCase,
  interleavings,
  playInterleaved,
  tellInterleaved,
} from './interleave.ts';
import { demand, type Law } from './law.ts';
import type { Fate } from './wire.ts';

/** What an operation can come to: any other kind of answer is somebody else's. */
const ANSWERS: Readonly<Partial<Record<Happened['verb'], readonly string[]>>> = {
  get: ['hit', 'miss', 'rejected', 'failed'],
  load: ['hit', 'loaded', 'rejected', 'failed', 'unknown'],
  put: ['stored', 'rejected', 'failed'],
  invalidate: ['invalidated', 'failed'],
};

/**
 * P12 (and P11 where all share one connection): calls are given up before and after they are sent,
 * and the connection is lost, at any moment; still the reply that an operation gets is the reply to
 * that operation. ChatGPT's incident of March 2023 (redis-py #2624, #2665) is a history of this law.
 *
 * Left out: the bytes on the wire and real client libraries (`faults/` puts a proxy before them);
 * here the connection is a model of one.
 *
 * Breaks in: t's get times out and leaves the row of waiting calls; its reply comes and is taken by
 * the next in the row, which is u's get.
 */
export const REPLY_CORRELATION: Law<InterleavedCase> = {
  property: 'P12',
  name: 'reply-correlation',
  statement: "the reply an operation gets is that operation's reply, whatever was cut or given up",
  usesStore: true,
  covers: [
    ...['a call was cancelled before send', 'a call was timed out', 'a call was disconnected'],
    'values read',
  ],

  cases: (core) =>
    interleavings(core, {
      acts: { get: 6, put: 5, load: 3, 'by key': 2, batch: 1 },
      fates: fc.constantFrom<Fate[]>(
        ...(['none', 'none', 'timed out', 'timed out'] as const),
        ...(['disconnected', 'cancelled before send'] as const),
      ),
    }),

  async check(one, trial) {
    const played = await playInterleaved(trial, one);
    if (played === undefined) return;
    checkProvenance(played.history);
    demand(played.house.alarms.length === 0, () => 'a value came back under a foreign seal');
    for (const { step, verb, seen, found } of played.history) {
      if (typeof found === 'object') trial.coverage.count('values read');
      demand(
        ANSWERS[verb]?.includes(seen.kind) ?? true,
        () => `step ${step + 1}: ${verb} was answered with ${JSON.stringify(seen)}`,
      );
    }
  },

  tell: tellInterleaved,
};
