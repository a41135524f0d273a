import type { StressRecord } from '../../results/schema.ts';

/** The run broke off by a fault; what had been measured by then is in the record. */
export class BrokenRunError<Recorded = StressRecord> extends Error {
  override readonly name = 'BrokenRunError';
  readonly record: Recorded;

  constructor(cause: Error, record: Recorded) {
    super(cause.message, { cause });
    this.record = record;
  }
}
