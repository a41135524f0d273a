import type { AnyRecord } from '../any-record.ts';
import { measuresOfBench } from './bench-measures.ts';
import type { Measure } from './measure.ts';
import { measuresOfStress } from './stress-measures.ts';

/** Everything of a record that two records of its kind can be compared by. */
export function measuresOf(record: AnyRecord): Measure[] {
  return record.kind === 'stress' ? measuresOfStress(record) : measuresOfBench(record);
}
