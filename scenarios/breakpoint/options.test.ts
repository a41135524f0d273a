import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { parseBreakpointOptions } from './options.ts';

const parse = (raw: Record<string, unknown> = {}) => parseBreakpointOptions(raw, () => 7);

function problemsOf(raw: Record<string, unknown>) {
  try {
    parse(raw);
  } catch (error) {
    if (error instanceof BadInputError) return error.problems.map(({ field }) => field).sort();
  }
  return [];
}

describe('parseBreakpointOptions', () => {
  it('takes limiter and deadlines away in the second setting, and keeps namespaces in both', () => {
    const { without, settings, spike, atLeastTimes } = parse();

    expect(without).toEqual(['limiter', 'timeout']);
    expect(settings).toEqual([true, false]);
    expect(spike).toMatchObject({ without: [], seed: 7, maxDurationMs: 270_000 });
    expect(atLeastTimes).toBeUndefined();
  });

  it.each([
    ['on', [true]],
    ['off', [false]],
  ])('tries one setting alone: %s', (protections, settings) => {
    expect(parse({ protections }).settings).toEqual(settings);
  });

  it('takes a rate that must hold and is the most that is tried', () => {
    expect(parse({ atLeast: '20', maxTimes: '20' })).toMatchObject({ atLeastTimes: 20 });
  });

  it.each([
    [{ atLeast: 'ten' }, ['--at-least']],
    [{ atLeast: '0' }, ['--at-least']],
    [{ maxTimes: '1' }, ['--max-times']],
    [{ protections: 'some' }, ['--protections']],
    [{ without: 'namespace' }, ['--without']],
    [{ without: '' }, ['--without']],
    [{ neighbours: '2', neighbourRate: '10' }, ['--window']],
    [{ maxDuration: '12' }, ['--max-duration']],
    [{ atLeast: '-1', seed: 'x', window: '0' }, ['--at-least', '--seed', '--window']],
    [{ atLeast: '50', maxTimes: '20' }, ['--at-least']],
    [{ atLeast: '20', protections: 'off' }, ['--at-least']],
    [
      { atLeast: '50', maxTimes: '20', protections: 'off', seed: 'x' },
      ['--at-least', '--at-least', '--seed'],
    ],
  ])('refuses %j, all problems at once', (raw, fields) => {
    expect(problemsOf(raw)).toEqual(fields);
  });
});
