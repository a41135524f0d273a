import type { StressRecord } from '../../results/schema.ts';

/** The run broke off by a fault; what had been measured by then is in the record. */
export class BrokenRunError extends Error {
  override readonly name = 'BrokenRunError';
  readonly record: StressRecord;

  constructor(cause: Error, record: StressRecord) {
    super(cause.message, { cause });
    this.record = record;
  }
}
