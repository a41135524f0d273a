import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { shortRun } from './fixture.ts';
import { judgeRounds } from './rounds.ts';
import { Simulation } from './simulation.ts';
import { windowsOf } from './windows.ts';

const COMPARED = {
  durationS: 60,
  intervalS: 5,
  phases: [
    { name: 'before', fromS: 0 },
    { name: 'during', fromS: 30 },
  ],
};

function judged(faults: readonly Fault[], durationS = COMPARED.durationS) {
  const simulation = new Simulation(1, shortRun({ ...COMPARED, faults, durationS }));
  simulation.advanceTo(Number.POSITIVE_INFINITY);
  return judgeRounds(simulation);
}

describe('the windows of a run', () => {
  it('are even stretches of the times that are compared, on the grid of steps', () => {
    const phases = [
      { name: 'settling', fromS: 0 },
      { name: 'before', fromS: 10 },
      { name: 'during', fromS: 40 },
    ];
    const windows = windowsOf({ phases, intervalS: 5, durationS: 200 });

    expect(windows.filter(({ phase }) => phase === 0)).toEqual([{ phase: 0, fromS: 0, toS: 10 }]);
    expect(windows.filter(({ phase }) => phase === 1)).toHaveLength(6);
    expect(windows.filter(({ phase }) => phase === 2)).toHaveLength(12);
    expect(windows.every(({ fromS, toS }) => fromS < toS && fromS % 5 === 0)).toBe(true);
    expect(windows.slice(1).map(({ fromS }) => fromS)).toEqual(
      windows.slice(0, -1).map(({ toS }) => toS),
    );
  });

  it('go on to the end of a run that cuts the last step short', () => {
    const { phases, intervalS } = COMPARED;

    const windows = windowsOf({ phases, intervalS, durationS: 42 });

    expect(windows.slice(-3)).toEqual([
      { phase: 1, fromS: 30, toS: 35 },
      { phase: 1, fromS: 35, toS: 40 },
      { phase: 1, fromS: 40, toS: 42 },
    ]);
  });

  it('are the phases themselves where nothing is compared', () => {
    const phases = [{ name: 'all', fromS: 0 }];

    expect(windowsOf({ phases, intervalS: 1, durationS: 9 })).toEqual([
      { phase: 0, fromS: 0, toS: 9 },
    ]);
  });
});

describe('the judge of live runs', () => {
  it('fails a simulated run whose neighbours wait during the trouble', () => {
    const slow = judged([{ kind: 'slow-backend', atS: 30, forS: 30, factor: 4 }]);

    expect(slow?.verdict).toBe('FAIL');
    expect(slow?.measuredRounds).toBe(6);
    expect(slow?.cells.find(({ name }) => name === 'all P95')?.verdict).toBe('FAIL');
  });

  it('fails no quiet one', () => {
    const quiet = judged([]);

    expect(quiet?.verdict).not.toBe('FAIL');
    expect(quiet?.cells.find(({ name }) => name === 'all P50')?.verdict).toBe('PASS');
  });

  it('sees what fails in a last step that is cut short', () => {
    const slow = judged([{ kind: 'slow-backend', atS: 30, forS: 30, factor: 100 }], 32);

    const failures = slow?.cells.find(({ name }) => name === 'all failures');
    expect(failures).toMatchObject({ difference: { mean: expect.closeTo(11.4, 1) } });
  });

  it('has nothing to say where there is no time before and during', () => {
    const simulation = new Simulation(1, shortRun({ durationS: 5 }));
    simulation.advanceTo(Number.POSITIVE_INFINITY);

    expect(judgeRounds(simulation)).toBeUndefined();
  });
});
