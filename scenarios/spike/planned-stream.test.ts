import { describe, expect, it } from 'vitest';
import { evenly, paced } from './planned-stream.k6.ts';

const EPOCH_MS = 1_764_000_000_000;

/** The moments of a stream from the epoch on, counted from there. */
function momentsUntil(endMs: number, moments: (firstAtMs: number) => () => number): number[] {
  const next = moments(EPOCH_MS);
  const found: number[] = [];
  for (let at = next(); at < EPOCH_MS + endMs; at = next()) found.push(at - EPOCH_MS);
  return found;
}

/** The pace may change every 450 ms. */
const changeAfter = (atMs: number) => EPOCH_MS + 450 * (Math.floor((atMs - EPOCH_MS) / 450) + 1);

describe('the moments of a stream', () => {
  it('are at an even distance, also after hours', () => {
    const next = evenly(3000)(EPOCH_MS);
    let at = next();
    for (let n = 0; n < 1_000_000; n++) at = next();

    expect(at - EPOCH_MS).toBeCloseTo(1_000_000 / 3, 2);
  });

  it('are even where a pace that may change does not', () => {
    const found = momentsUntil(
      10_000,
      paced(() => 9.6, changeAfter),
    );

    expect(found).toHaveLength(96);
  });

  it('begin anew where the pace changes: none waits for what the slower one had planned', () => {
    const rateAt = (atMs: number) => (atMs < EPOCH_MS + 450 ? 1 : 1000);

    expect(momentsUntil(453, paced(rateAt, changeAfter))).toEqual([0, 450, 451, 452]);
  });

  it('go on after a pace of none', () => {
    const rateAt = (atMs: number) => (atMs < EPOCH_MS + 900 ? 0 : 100);
    const found = momentsUntil(950, paced(rateAt, changeAfter));

    expect(found).toEqual([0, 450, 900, 910, 920, 930, 940]);
  });
});
