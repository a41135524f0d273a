import type { Value } from '../stores/store.ts';
import type { CancelSignal } from './ports.ts';

/**
 * Fetches a value from its source on a miss. Rejecting makes the outcome `loader-failed`. A loader
 * must settle in the end, be it late: until then it holds one of its tenant's load slots.
 */
export type Loader = (task: LoadTask) => Promise<Value>;

export interface LoadTask {
  /** Milliseconds from the call on that the load may take; infinite where deadlines are off. */
  readonly deadlineMs: number;
  /** Aborted when the deadline has passed; absent in engines without `AbortController`. */
  readonly signal?: CancelSignal;
}

export interface LookupOptions {
  /** Tokens that the request costs; 1 unless elements or bytes are weighed. */
  readonly cost?: number;
}

export interface PutOptions {
  /** Instead of the tier's; a load shortens it by the settings' jitter. */
  readonly ttlMs?: number;
  readonly tags?: readonly string[];
}

export interface LoadOptions extends LookupOptions, PutOptions {}
