import { afterAll, describe, expect, it } from 'vitest';
import {
  breakpointInputOf,
  parseBreakpointRecord,
} from '../../results/breakpoint/breakpoint-record.ts';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import { parseBreakpointOptions } from './options.ts';
import { runBreakpoint } from './run-breakpoint.ts';

/*
 * The whole of a breakpoint run, only short: real servers, real k6, a warm-up round and one of each
 * setting. Its figures decide nothing; that both settings were paced as chosen shows that the parts
 * fit together.
 */
const TINY = {
  window: '1',
  guard: '0.2',
  neighbours: '10',
  neighbourRate: '200',
  maxTimes: '10',
  maxDuration: '20',
  seed: '3',
};
const RUN_TIMEOUT_MS = 120_000;
const interrupting = new AbortController();
afterAll(() => interrupting.abort());

describe('a short breakpoint run', { timeout: RUN_TIMEOUT_MS }, () => {
  it('paces each round as it was chosen, in both settings, and ends in a whole record', async () => {
    const options = parseBreakpointOptions(TINY, () => 0);

    const record = await runBreakpoint(options, {
      env: process.env,
      progress: SILENT_PROGRESS,
      signal: interrupting.signal,
    });

    expect(parseBreakpointRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
    const { rounds } = breakpointInputOf(record);
    expect(rounds.length).toBeGreaterThanOrEqual(3);
    expect(rounds.slice(0, 3).map(({ isProtected }) => isProtected)).toEqual([true, false, true]);
    for (const { times, windows } of rounds) {
      const spike = windows.find(({ arm }) => arm === 'spike');
      // A loaded machine may keep a part from being made; not most.
      expect(spike?.offeredHot.plannedCount).toBe(Math.round(100 * times));
      expect(spike?.offeredHot.servedCount).toBeGreaterThan(50 * times);
      expect(spike?.offeredNeighbours.plannedCount).toBe(2000);
    }
    const rejected = rounds.flatMap(({ isProtected, windows }) =>
      isProtected ? [] : windows.map(({ hotRejectedCount }) => hotRejectedCount),
    );
    expect(Math.max(...rejected)).toBe(0);
  });
});
