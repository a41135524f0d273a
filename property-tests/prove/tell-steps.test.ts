import { describe, expect, it } from 'vitest';
import { tellSteps } from './tell-steps.ts';

/** How often a proof tells of its steps, which take a third of a second each. */
function toldIn(minutes: number, isTerminal: boolean): number {
  let told = 0;
  const advance = () => {
    told += 1;
  };
  const durationMs = minutes * 60_000;
  const tell = tellSteps({ advance }, { durationMs, isTerminal });
  for (let doneMs = 0; doneMs < durationMs; doneMs += 333) tell('P1', doneMs);
  return told;
}

describe('the progress of a proof', () => {
  it('moves a bar with every step', () => {
    expect(toldIn(1, true)).toBe(181);
  });

  it('is a few lines in a log, and one a minute of a long proof', () => {
    expect(toldIn(1, false)).toBeLessThanOrEqual(16);
    expect(toldIn(15, false)).toBeLessThanOrEqual(16);
    expect(toldIn(60, false)).toBeGreaterThan(55);
    expect(toldIn(60, false)).toBeLessThanOrEqual(60);
  });

  it('names the law and the seconds of all', () => {
    const told: unknown[] = [];
    const advance = (...said: unknown[]) => told.push(said);

    tellSteps({ advance }, { durationMs: 90_000, isTerminal: false })('P2 on redis', 1_500);

    expect(told).toEqual([[1, 90, 'P2 on redis']]);
  });
});
