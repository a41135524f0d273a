import { describe, expect, it } from 'vitest';
import { type EntryOverhead, entryOverheadBytes } from './entry-overhead.ts';

const FIGURES: EntryOverhead = {
  entryBytes: 440,
  smallEntryBytes: 275,
  listpackEntriesMax: 128,
  allocatorShare: 0.1,
};

describe('the overhead of an entry', () => {
  it('is the packed one as long as the most that the tenant holds fits a list pack', () => {
    // Three deviations above 98 are 127.7, above 99 they are 128.8.
    expect(entryOverheadBytes(98, 1_000, FIGURES)).toBe(375);
    expect(entryOverheadBytes(99, 1_000, FIGURES)).toBe(540);
  });

  it('is never the packed one where Redis packs nothing', () => {
    expect(entryOverheadBytes(1, 0, { ...FIGURES, listpackEntriesMax: 0 })).toBe(440);
  });
});
