import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { makeCheckers } from './checkers/make-checkers.ts';
import { shortRun } from './fixture.ts';
import { judgeSimulation } from './judge.ts';
import { makeSimulationRecord, type SimulationRecord } from './record.ts';
import { renderSimulation } from './render.ts';
import { resultOf } from './result.ts';
import { judgeRounds } from './rounds.ts';
import { Simulation } from './simulation.ts';
import { simulationPage } from './simulation-page.ts';
import { timelinesOf } from './timelines.ts';

const START = '2026-01-01T00:00:00.000Z';

type Violations = SimulationRecord['result']['checkers']['violations'];

/** Text and page of a run whose back-end slows down in its second half. */
function shown(violations: Violations = []) {
  const options = shortRun({
    durationS: 60,
    phases: [
      { name: 'before', fromS: 0 },
      { name: 'during', fromS: 30 },
    ],
    faults: [{ kind: 'slow-backend', atS: 30, forS: 30, factor: 4 }],
  });
  const simulation = new Simulation(1, options);
  const checkers = makeCheckers(simulation);
  simulation.watch(checkers.all);
  simulation.advanceTo(Number.POSITIVE_INFINITY);
  const found = resultOf(1, simulation, checkers);
  const result = { ...found, checkers: { ...found.checkers, violations } };
  const record = makeSimulationRecord(
    { scenario: 'slow', preset: 'small', without: [], startedAt: START, interrupted: false },
    options,
    result,
    judgeSimulation(result, options, ['latency']),
    {
      rounds: judgeRounds(simulation),
      timelines: timelinesOf(simulation),
      histograms: {},
    },
  );
  const asked = { question: 'slow?' };
  return {
    text: renderSimulation(record, options, asked, 'again', { colors: createColors(false) }),
    page: simulationPage(record, 'slow?', 'again'),
  };
}

/** What one checker saw, a second apart. */
function seenBy(checker: string, count: number): Violations {
  return Array.from({ length: count }, (_, at) => {
    return { checker, atS: at, tenant: null, message: `${checker} number ${at}` };
  });
}

describe('violations that were seen', () => {
  const violations = [...seenBy('fairness', 22), ...seenBy('leak', 1), ...seenBy('quota', 5)];
  const { text, page } = shown(violations);

  it('are counted in whole numbers', () => {
    expect(text).toContain('broken violations that checkers saw: 28 (at most 0)');
    expect(page).toContain('>28<');
  });

  it('are shown of each checker, with the number of those that only the page holds', () => {
    const listed = [...text.matchAll(/^ {2}- (\w+), (\d)/gm)].map(([, who, at]) => `${who} ${at}`);

    expect(listed).toEqual([
      ...['fairness 0', 'fairness 1', 'fairness 2', 'leak 0', 'quota 0', 'quota 1', 'quota 2'],
    ]);
    expect(text).toContain('and 21 more (all on the page: --html)');
    expect(page).toContain('quota number 4');
  });

  it('are no more than what is shown where they are few', () => {
    expect(shown(seenBy('leak', 3)).text).not.toContain('more (all');
  });
});

describe('a simulated run', () => {
  const { text, page } = shown();

  it('is told in one table and the bounds that decide, the judge of live runs in a line', () => {
    const lines = text.replaceAll('\n', ' ');

    expect(lines).toMatch(/broken neighbours' P99, rise: \d+\.\d+ % \(at most 10\)/);
    expect(lines).toMatch(/before against during in 6 rounds, FAIL \(.*all P95.*\); its cells/);
    expect(text.match(/P99/g)).toHaveLength(2);
  });

  it('has the cells of that judge on its page, those that decide nothing in small letters', () => {
    expect(page).toMatch(/all P95.*FAIL/s);
    expect(page).toMatch(/all P99.*\[.*(fail|inconclusive)/s);
    expect(page).toMatch(/all hits.*points/s);
  });
});
