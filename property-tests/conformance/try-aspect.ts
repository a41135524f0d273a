import fc from 'fast-check';
import type { Confusion } from '../arbitraries/confusions.ts';
import type { Vocabulary } from '../arbitraries/vocabulary.ts';
import type { Bench } from './bench.ts';
import type { Facts } from './facts.ts';
import { RefusedInput } from './lab.ts';
import type { Aspect } from './property.ts';
import type { History } from './step.ts';
import { type Trial, trials } from './trial.ts';

/** What came of one history. */
export type TrialOutcome =
  | { readonly kind: 'held' | 'not judged' | 'refused' }
  | { readonly kind: 'broken'; readonly what: string; readonly history: History };

/** Carries out one history of an aspect on an empty cache. */
export function runTrial(
  bench: Bench,
  facts: Facts,
  aspect: Aspect,
  trial: Trial,
  isTracing = false,
): Promise<TrialOutcome> {
  return bench.withLab(
    facts,
    async (lab): Promise<TrialOutcome> => {
      try {
        const judgement = await aspect.examine(lab, trial);
        if (typeof judgement === 'string') return { kind: judgement };
        return { kind: 'broken', what: judgement.broken, history: lab.history() };
      } catch (error) {
        if (error instanceof RefusedInput) return { kind: 'refused' };
        throw error;
      }
    },
    { isTracing },
  );
}

export interface Visit {
  readonly confusion: Confusion;
  readonly ordinary: boolean;
  readonly vocabulary: Vocabulary;
  readonly seed: number;
  readonly triesMax: number;
}

/** Draws histories of one confusion; stops at the first that breaks the aspect. */
export async function visit(
  bench: Bench,
  facts: Facts,
  aspect: Aspect,
  { confusion, ordinary, vocabulary, seed, triesMax }: Visit,
): Promise<{
  readonly judgedCount: number;
  readonly refusedCount: number;
  readonly broken?: Trial;
}> {
  let judgedCount = 0;
  let refusedCount = 0;
  let broken: Trial | undefined;
  let thrown: unknown;
  const property = fc.asyncProperty(
    trials({ confusions: [confusion], vocabulary, ordinary }),
    async (trial) => {
      try {
        const { kind } = await runTrial(bench, facts, aspect, trial);
        if (kind === 'refused') refusedCount += 1;
        if (kind === 'held' || kind === 'broken') judgedCount += 1;
        // What is refused was tried, too: a cache may refuse whole kinds of names.
        if (kind !== 'not judged') bench.coverage.count(confusion.family);
        if (kind === 'broken') broken = trial;
        return kind !== 'broken';
      } catch (error) {
        thrown = error;
        return false;
      }
    },
  );
  // Shrinking is `minimise`'s: it works on the names, whatever they were drawn from.
  await fc.check(property, { seed, numRuns: triesMax, endOnFailure: true });
  if (thrown !== undefined) throw thrown;
  return { judgedCount, refusedCount, ...(broken === undefined ? {} : { broken }) };
}
