/** First number of every row that an operation answers with; shared by all stores. */
export const MISS = 0;
export const HIT = 1;
export const REJECTED = 2;
/** Added to a row's code: at 80 % of a limit or above; would have been rejected (shadow mode). */
export const NEAR_LIMIT = 10;
export const WOULD_REJECT = 20;

export const STORED = 0;
export const REFUSED_QUOTA = 1;
export const REFUSED_ENTRY_TOO_LARGE = 2;
export const REFUSED_EVICTION_BUDGET = 3;
export const REFUSED_OUTDATED = 4;

/** Share of a limit from which on replies warn. */
export const WARNING_SHARE = 0.8;
