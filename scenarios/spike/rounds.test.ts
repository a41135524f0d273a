import { describe, expect, it } from 'vitest';
import { defaultJudgeOptions } from '../../results/judge-options.ts';
import { countReads } from '../../results/reads.ts';
import { makeEvidence, makePlan, makeRequests, samplesOfSlot } from './evidence.fixture.ts';
import { measureRounds, type SlotStep } from './rounds.ts';
import { drawArms, slotAt, windowStartMs } from './schedule.ts';

const plan = makePlan(drawArms(1, 3));
const { schedule, slotsARound } = plan;

/** The slots of a run in which nothing happens but that, in one slot, values of others come back. */
async function* playSlots(leak?: { slot: number; where: 'guard' | 'window' }) {
  const requests = makeRequests(plan, { outcome: () => 'hit' }).map((one) => {
    const atMs = schedule.epochMs + one.startedUs / 1000;
    const slot = slotAt(schedule, atMs);
    const where = atMs < windowStartMs(schedule, slot) ? 'guard' : 'window';
    const leaks = leak?.slot === slot && leak.where === where && one.n !== undefined;
    return leaks && one.n % 50 === 0 ? { ...one, outcome: 'foreign' as const } : one;
  });
  for (const [slot, arm] of schedule.arms.entries()) {
    const { from, to } = makeEvidence({ plan, slot });
    yield { kind: 'begins', slot, arm } satisfies SlotStep;
    yield {
      kind: 'over',
      slot,
      samples: samplesOfSlot(plan, requests, slot),
      from,
      to,
    } satisfies SlotStep;
  }
}

async function measure(steps: AsyncIterable<SlotStep>, round: number) {
  for await (const step of measureRounds(steps, plan, defaultJudgeOptions)) {
    if (step.kind === 'round' && step.round.round === round) return step.round;
  }
  return undefined;
}

describe('rounds', () => {
  it('come one after the other, the first of them discarded', async () => {
    const first = await measure(playSlots(), 0);
    const next = await measure(playSlots(), 1);

    expect(first).toMatchObject({ round: 0, discarded: true });
    expect(first?.windows.map(({ durationMs }) => durationMs)).toEqual([4000, 4000, 4000]);
    expect(next).toMatchObject({ round: 1, discarded: false });
  });

  it.each(['guard', 'window'] as const)(
    'end at once with the slot in which a foreign value came in its %s, and count it',
    async (where) => {
      const slot = slotsARound + 1;

      const cut = await measure(playSlots({ slot, where }), 1);

      const arms = schedule.arms.slice(slotsARound, slot + 1);
      expect(cut?.windows.map(({ arm }) => arm)).toEqual([...new Set(arms)]);
      expect(cut && countReads([cut])?.foreignCount).toBeGreaterThan(0);
    },
  );
});
