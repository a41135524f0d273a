import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../bench-command.ts';
import type { Limit, Measured } from './benchmark.ts';
import { estimateOf, judgeLimits } from './judge-limit.ts';
import { decide, renderBench } from './render-bench.ts';

const plain = (text: string) => text;
const colors = { bold: plain, green: plain, red: plain, yellow: plain } as never;

const ratioLimit: Limit = {
  what: 'ours / theirs',
  contender: 'ours',
  over: 'theirs',
  bound: 'at most',
  value: 8,
};

function measuredOf(
  ours: readonly number[],
  theirs: readonly number[],
  limit: Limit = ratioLimit,
): Measured {
  const measure = async () => 0;
  return {
    benchmark: {
      name: 'some work',
      unit: 'us',
      better: 'lower',
      contenders: [
        { name: 'theirs', measure },
        { name: 'ours', measure },
      ],
      limits: [limit],
    },
    figures: new Map([
      ['theirs', theirs],
      ['ours', ours],
    ]),
  };
}

const TWELVE = Array.from({ length: 12 }, (_, at) => 1 + 0.02 * (at % 4));

function verdictOf(measured: Measured) {
  return judgeLimits(measured).map(({ verdict }) => verdict);
}

describe('a limit', () => {
  it('holds where the whole interval of the ratio lies within it', () => {
    expect(
      verdictOf(
        measuredOf(
          TWELVE.map((one) => 6 * one),
          TWELVE,
        ),
      ),
    ).toEqual(['holds']);
  });

  it('is missed where the whole interval lies beyond it', () => {
    expect(
      verdictOf(
        measuredOf(
          TWELVE.map((one) => 9 * one),
          TWELVE,
        ),
      ),
    ).toEqual(['missed']);
  });

  it('cannot be told where the interval has it inside', () => {
    const swaying = TWELVE.map((one, at) => one * (at % 2 === 0 ? 6 : 10.5));
    expect(verdictOf(measuredOf(swaying, TWELVE))).toEqual(['cannot tell']);
  });

  it.each([
    ['without a round', [], []],
    ['after four rounds, far below it as they are', [1, 1, 1, 1], [1, 1, 1, 1]],
    ['where a figure is none', TWELVE.map(() => Number.NaN), TWELVE],
    ['where a base is zero', TWELVE, TWELVE.map(() => 0)],
  ])('cannot be told %s', (_, ours, theirs) => {
    expect(verdictOf(measuredOf(ours, theirs))).toEqual(['cannot tell']);
  });

  it('compares figures of the same round, not averages over a host that changed its speed', () => {
    const speeds = TWELVE.map((_, at) => (at < 6 ? 1 : 4));
    const estimate = estimateOf(
      speeds.map((speed, at) => 6 * speed * (TWELVE[at] ?? 1)),
      speeds,
    );
    expect(estimate?.upper).toBeLessThan(6.5);
  });

  it('that is a least is missed from below', () => {
    const least: Limit = { ...ratioLimit, bound: 'at least', value: 0.7 };
    expect(
      verdictOf(
        measuredOf(
          TWELVE.map((one) => 0.5 * one),
          TWELVE,
          least,
        ),
      ),
    ).toEqual(['missed']);
  });
});

describe('the decision', () => {
  const target: Limit = { ...ratioLimit, isTarget: true };
  const good = measuredOf(TWELVE, TWELVE, target);
  const bad = measuredOf(
    TWELVE.map((one) => 9 * one),
    TWELVE,
    target,
  );
  const open = measuredOf([1], [1], target);

  it.each([
    ['PROCEED', [good], 0],
    ['DO NOT PROCEED', [good, bad, open], 1],
    ['CANNOT TELL', [good, open], 2],
  ] as const)('is %s, with the exit code that says so', (decision, measured, code) => {
    expect(decide(measured.flatMap(judgeLimits))).toBe(decision);
    expect(exitCodeOf(measured)).toBe(code);
    expect(renderBench(measured, colors)).toContain(`Decision: ${decision}`);
  });
});
