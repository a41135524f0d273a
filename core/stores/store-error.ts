/** What kept a store from answering; `code` is what programs match on. */
export type StoreErrorCode =
  /** No connection, or it was lost. */
  | 'connection'
  /** No reply in time. */
  | 'time-out'
  /** The server refused the command (out of memory, read-only, loading, ...). */
  | 'refused'
  /** A reply that cannot be the one to the command sent. */
  | 'malformed-reply';

/**
 * The only error by which a store says that it is in trouble; anything else thrown is bad input or
 * a defect, and is neither retried nor taken as a sign that the store is down. The message names
 * no key, value or tenant.
 */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** True if the operation certainly had no effect; otherwise it may have happened. */
  readonly definite: boolean;

  constructor(code: StoreErrorCode, message: string, definite: boolean, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
    this.code = code;
    this.definite = definite;
  }
}
