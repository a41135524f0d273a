/** Why an operation of the cache could not be carried out; `code` is what programs match on. */
export type CacheErrorCode =
  | 'store-unavailable'
  | 'circuit-open'
  | 'loader-failed'
  | 'overloaded'
  | 'deadline';

/**
 * An operating error, carried by outcomes of kind `failed` and `unknown`. The message names neither
 * keys nor values nor another tenant; `cause` is what the store or the loader threw.
 */
export class CacheError<Code extends CacheErrorCode = CacheErrorCode> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'CacheError';
    this.code = code;
  }
}

/** The store cannot be asked, or was asked in vain. */
export type StoreTrouble = CacheError<'store-unavailable' | 'circuit-open'>;
