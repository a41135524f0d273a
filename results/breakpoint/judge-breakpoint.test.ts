import { describe, expect, it } from 'vitest';
import {
  broken,
  calm,
  makeInput,
  makeRecordOf,
  makeSharpRounds,
  makeTries,
  overflowing,
} from './breakpoint.fixture.ts';
import { renderBreakpointPage } from './breakpoint-page.ts';
import { parseBreakpointRecord, rejudgeBreakpoint } from './breakpoint-record.ts';
import { judgeBreakpoint } from './judge-breakpoint.ts';
import { renderBreakpoint } from './render-breakpoint.ts';
import { summariseBreakpoint } from './summarise-breakpoint.ts';

const six = <T>(one: T): T[] => Array.from({ length: 6 }, () => one);

describe('judgeBreakpoint', () => {
  it('tells how far each setting holds, and that the back-end gave way', () => {
    const on = makeTries([...six({ times: 80 })]);
    const off = makeSharpRounds(false).map((round) => ({ ...round, round: round.round + 6 }));

    const { verdict, protected: with_, unprotected } = judgeBreakpoint(makeInput([...on, ...off]));

    expect(verdict).toBe('MEASURED');
    expect(with_).toMatchObject({ heldTimes: 80, brokeTimes: null, gaveWay: null });
    expect(with_?.limit).toMatchObject({ by: 'generator' });
    expect(unprotected).toMatchObject({ heldTimes: 20, brokeTimes: 40, limit: null });
    expect(unprotected?.gaveWay).toMatchObject({ resource: 'back-end' });
  });

  it.each([
    [10, 'PASS'],
    [20, 'PASS'],
    [30, 'INCONCLUSIVE'],
    [40, 'FAIL'],
    [80, 'FAIL'],
  ])('holds the run against what must hold: %i times is %s', (atLeastTimes, verdict) => {
    expect(judgeBreakpoint(makeInput(makeSharpRounds(), { atLeastTimes })).verdict).toBe(verdict);
  });

  it('blames the host, never the system, where the placebo is slowed down as well', () => {
    const slow = { placebo: { hitUs: 300 }, spike: { hitUs: 300 } };
    const rounds = makeTries([...six({ times: 40 }), ...six({ times: 80, ...slow })]);

    const { protected: found } = judgeBreakpoint(makeInput(rounds));

    expect(found).toMatchObject({ heldTimes: 40, brokeTimes: null, gaveWay: null });
    expect(found?.limit).toMatchObject({ by: 'host' });
    expect(found?.disturbedCount).toBe(6);
  });

  it('shows nothing by rounds whose baseline was cold: the placebo was faster, too', () => {
    // The whole rise is -5 %, the part due to sharing 18 %.
    const cold = { placebo: { hitUs: 150 }, spike: { hitUs: 190 } };
    const { protected: found } = judgeBreakpoint(makeInput(makeTries(six({ times: 40, ...cold }))));

    expect(found).toMatchObject({ heldTimes: null, roundCount: 0, disturbedCount: 6 });
    expect(found?.limit?.why).toContain('the baseline was 34 % slower than the placebo');
  });

  it('names the generator where it did not keep the rate', () => {
    const short = { offeredHot: { plannedCount: 1000, servedCount: 900, droppedCount: 100 } };
    const rounds = makeTries([
      ...six({ times: 40 }),
      ...six({ times: 80, placebo: short, spike: { ...short, missUs: 60_000 } }),
    ]);

    const { protected: found } = judgeBreakpoint(makeInput(rounds));

    expect(found).toMatchObject({ heldTimes: 40, brokeTimes: null, gaveWay: null });
    expect(found?.limit).toMatchObject({ by: 'generator' });
  });

  it('is INVALID where every round was disturbed, never a measurement', () => {
    const rounds = makeTries(six({ times: 5, placebo: { clockStepMs: 5000 } }));

    expect(judgeBreakpoint(makeInput(rounds)).verdict).toBe('INVALID');
  });

  it('says nothing of a run that ended too soon', () => {
    const rounds = makeTries([{ times: 5 }, { times: 10 }]);

    const { verdict, protected: found } = judgeBreakpoint(makeInput(rounds, {}, 'time'));

    expect(verdict).toBe('INCONCLUSIVE');
    expect(found).toMatchObject({ heldTimes: null, brokeTimes: null });
    expect(found?.limit).toMatchObject({ by: 'time' });
  });

  it('is no fault of the instrument where nothing was tried yet', () => {
    const judged = judgeBreakpoint(makeInput([], {}, 'interrupted'));

    expect(judged).toMatchObject({ verdict: 'INCONCLUSIVE', protected: null, unprotected: null });
    expect(judged.reasons).toEqual(['the run was interrupted']);
  });

  it('is FAIL where a neighbour was handed a foreign value, at any rate', () => {
    const reads = { checkedCount: 100, foreignCount: 1 };
    const rounds = makeTries([...six({ times: 20 }), { times: 20, spike: { reads } }]);

    expect(judgeBreakpoint(makeInput(rounds)).verdict).toBe('FAIL');
  });

  it('leaves the discarded round out', () => {
    const [first, ...others] = makeSharpRounds();
    const warmUp = { ...(first as NonNullable<typeof first>), discarded: true };

    const { protected: found } = judgeBreakpoint(makeInput([warmUp, ...others]));

    expect(found?.roundCount).toBe(11);
  });
});

describe('what gave way', () => {
  const resourceOf = (pressure: typeof calm, spike: { missUs?: number; hitUs?: number }) =>
    judgeBreakpoint(makeInput(makeTries(six({ times: 20, pressure, spike })))).protected?.gaveWay
      ?.resource;

  it.each([
    ['a back-end that refuses', overflowing, { missUs: 60_000 }, 'back-end'],
    ['a busy thread of Redis', { ...calm, redisThreadShare: 0.95 }, { hitUs: 400 }, 'redis'],
    ['misses that wait', calm, { missUs: 60_000 }, 'back-end'],
    ['hits that wait', calm, { hitUs: 400 }, 'redis'],
    ['refused connections', { ...calm, refusedConnectionCount: 3 }, { hitUs: 400 }, 'connections'],
  ] as const)('is told by %s', (_, pressure, spike, resource) => {
    expect(resourceOf(pressure, spike)).toBe(resource);
  });
});

describe('the record of a breakpoint run', () => {
  const record = makeRecordOf(makeInput([...makeSharpRounds(), ...makeSharpRounds(false)]));

  it('comes back whole, and gives the same judgement again', () => {
    const read = parseBreakpointRecord(JSON.parse(JSON.stringify(record)));

    expect(read).toEqual(record);
    expect(rejudgeBreakpoint(read)).toEqual(record.judgement);
  });

  it('is refused where it was edited', () => {
    const edited = { ...record, judgement: { ...record.judgement, verdict: 'PASS' } };

    expect(() => parseBreakpointRecord(edited)).toThrow('digest');
  });

  it('is shown in lines of 80 columns that name both settings and the limit', () => {
    const text = renderBreakpoint(record);

    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^MEASURED: isolation holds up to about 28 times/);
    expect(text).toContain('the back-end gave way');
    expect(text).toContain('With protections');
    expect(text).toContain('Without');
  });

  it('is a page that asks no network and says the same', () => {
    const page = renderBreakpointPage(record);

    expect(page).toContain('holds up to about 28 times');
    expect(page).toContain('partywall run breakpoint');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('is a check a setting in short', () => {
    expect(summariseBreakpoint(record)).toMatchObject({
      state: 'pass',
      checks: [
        { name: 'with protections', state: 'pass' },
        { name: 'without protections', state: 'pass' },
      ],
    });
  });

  it('shows a run of nothing but broken rounds as one that breaks at the lowest rate', () => {
    const rounds = makeTries(six({ times: 2.5, ...broken }));

    expect(renderBreakpoint(makeRecordOf(makeInput(rounds)))).toContain('breaks at 2.5 times');
  });
});
