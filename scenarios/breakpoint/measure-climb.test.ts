import { describe, expect, it } from 'vitest';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import { countReads } from '../../results/reads.ts';
import { makeEvidence, makePlan } from '../spike/evidence.fixture.ts';
import type { SlotStep } from '../spike/rounds.ts';
import { drawArms } from '../spike/schedule.ts';
import type { Try } from './choose-try.ts';
import { measureClimb, QUIET } from './measure-climb.ts';
import { parseBreakpointOptions } from './options.ts';

const PARTS = 2;
const plan = { ...makePlan(drawArms(1, 3, PARTS)), slotsARound: 3 * PARTS };
const { arms } = plan.schedule;
const options = parseBreakpointOptions({}, () => 1);
const FIVE: Try = { times: 5, isProtected: false };

/** The slots of a run in which a foreign value came in the guard of one of them. */
async function* playSlots(leakingSlot?: number): AsyncGenerator<SlotStep> {
  for (const [slot, arm] of arms.entries()) {
    const { samples, from, to } = makeEvidence({ plan, slot });
    yield { kind: 'begins', slot, arm };
    const foreignCount = slot === leakingSlot ? 1 : 0;
    yield { kind: 'over', slot, samples: { ...samples, foreignCount }, from, to };
  }
}

async function climb(steps: AsyncIterable<SlotStep>, tries: readonly (Try | undefined)[]) {
  const rounds = [];
  for await (const round of measureClimb(steps, options, plan, tries, SILENT_PROGRESS)) {
    rounds.push(round);
  }
  return rounds;
}

describe('the rounds of a climb', () => {
  it('are those in which a rate was tried', async () => {
    const rounds = await climb(playSlots(), [FIVE, FIVE, undefined]);

    expect(rounds.map(({ round, times, isProtected }) => [round, times, isProtected])).toEqual([
      [0, 5, false],
      [1, 5, false],
    ]);
  });

  it.each([
    ['a rate was tried', [FIVE, FIVE, FIVE], FIVE],
    ['none was to be tried any more', [FIVE, undefined, undefined], QUIET],
  ] as const)(
    'end at once with a foreign value where %s, and count it',
    async (_, tries, tried) => {
      const slot = plan.slotsARound + 1;

      const cut = (await climb(playSlots(slot), tries)).find(({ round }) => round === 1);

      expect(cut).toMatchObject(tried);
      expect(cut?.windows).toHaveLength(new Set(arms.slice(plan.slotsARound, slot + 1)).size);
      expect(cut && countReads([cut])?.foreignCount).toBe(1);
    },
  );
});
