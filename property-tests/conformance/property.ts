import type { OptionalMethod } from './adapter.ts';
import type { Facts } from './facts.ts';
import type { Lab } from './lab.ts';
import type { Trial } from './trial.ts';

/**
 * What a history says: it could have broken the property and did not, it broke it, or nothing,
 * because what the property speaks of did not come about (an entry was evicted, say).
 */
export type Judgement = 'held' | 'not judged' | { readonly broken: string };

/** One way to try a property; each is tried for itself, so that no break hides another. */
export interface Aspect {
  readonly name: string;
  /** Methods without which it is skipped. */
  readonly needs: readonly OptionalMethod[];
  /** Why it cannot be tried with this cache; undefined where it can. */
  readonly skippedBecause?: (facts: Facts) => string | undefined;
  /** Speaks of the tenant's own entries: nothing that separates tenants could be missing. */
  readonly concernsOwn?: boolean;
  /** What did not happen where no history could be judged. */
  readonly untried?: string;
  /** Waits in real time: fewer tries are made. */
  readonly isSlow?: boolean;
  /** Carries out one history. Refused inputs are thrown, as RefusedInput. */
  examine(lab: Lab, trial: Trial): Promise<Judgement>;
}

/** A property of isolation, as it can be seen from outside through the adapter and in Redis. */
export interface IsolationProperty {
  readonly id: string;
  /** What holds, in a sentence. */
  readonly states: string;
  readonly leavesOut: string;
  /** The smallest history that breaks it. */
  readonly smallestBreak: string;
  /**
   * Whether a cache may simply have nothing that separates tenants here, which is then told apart
   * from something that is there and fails.
   */
  readonly canLackMechanism: boolean;
  readonly aspects: readonly Aspect[];
}
