import type { Vocabulary } from '../arbitraries/vocabulary.ts';
import type { OptionalMethod } from './adapter.ts';

/** What was found out about a cache before it is put to the test. */
export interface Facts {
  readonly methods: ReadonlySet<OptionalMethod>;
  /** Two openings see the same entries, so that one can look at what the other did. */
  readonly isShared: boolean;
  /** Another opening may go on serving what it holds locally. */
  readonly hasLocalTier: boolean;
  /** Absence is no evidence. */
  readonly isLossy: boolean;
  /** `set` takes a time to live and something comes of it. */
  readonly expires: boolean;
  readonly ttlGranularityMs: number;
  /** Entries survive the end of their deployment, outside of Redis: ids must never be used again. */
  readonly outlives: boolean;
  /** Values are found on the server as they were written, so that their places can be compared. */
  readonly isTransparent: boolean;
  /** What the layout of its Redis keys is made of. */
  readonly vocabulary: Vocabulary;
}
