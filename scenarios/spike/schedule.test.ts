import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawArms,
  PARTS,
  type Schedule,
  slotAt,
  slotMs,
  slotsARound,
  windowStartMs,
} from './schedule.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const SLOTS = slotsARound(3);

/** In which order the arms of each round come first. */
function ordersOf(arms: readonly string[]): string[] {
  return Array.from({ length: arms.length / SLOTS }, (_, round) =>
    arms.slice(SLOTS * round, SLOTS * round + 3).join(' '),
  );
}

describe('drawArms', () => {
  it('puts all six orders into every block of six rounds, for any seed', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, blocks) => {
        const orders = ordersOf(drawArms(seed, 6 * blocks));

        for (let block = 0; block < blocks; block++) {
          expect(new Set(orders.slice(6 * block, 6 * block + 6)).size).toBe(6);
        }
      }),
    );
  });

  it('gives every arm to every round, once', () => {
    for (const order of ordersOf(drawArms(7, 12))) {
      expect(order.split(' ').sort()).toEqual(['baseline', 'placebo', 'spike']);
    }
  });

  it('measures each arm of a round in parts, every other one in mirrored order', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const arms = drawArms(seed, 1);
        const [first, second, third] = arms;
        const mirror = [first, second, third, third, second, first];

        expect(arms).toEqual([...mirror, ...mirror]);
        expect(arms).toHaveLength(3 * PARTS);
      }),
    );
  });

  it('draws the same arms from the same seed, however many rounds are asked for', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 30 }), (seed, rounds) => {
        expect(drawArms(seed, rounds)).toEqual(drawArms(seed, 31).slice(0, SLOTS * rounds));
      }),
    );
  });

  it('draws other orders from other seeds, and anew in each block', () => {
    const firsts = new Set(Array.from({ length: 200 }, (_, seed) => drawArms(seed, 1).join(' ')));
    const orders = ordersOf(drawArms(1, 60));
    const blocks = new Set(
      Array.from({ length: 10 }, (_, block) => orders.slice(6 * block, 6 * block + 6).join()),
    );

    expect(firsts.size).toBe(6);
    expect(blocks.size).toBeGreaterThan(5);
  });

  it('favours no order for the first round', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = drawArms(seed, 1).join(' ');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }

    // Five standard deviations of a count of 1000 among 6000.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });
});

describe('the grid of slots', () => {
  const schedules = fc.record({
    epochMs: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
    guardMs: fc.integer({ min: 200, max: 60_000 }),
    windowMs: fc.integer({ min: 500, max: 600_000 }),
    arms: fc.constant<Schedule['arms']>([]),
  });

  it('finds the slot of every moment of a slot, and of no other moment', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 0, max: 600 }), (schedule, slot) => {
        const beginsMs = windowStartMs(schedule, slot) - schedule.guardMs;

        expect(slotAt(schedule, beginsMs - 0.5)).toBe(slot - 1);
        expect(slotAt(schedule, beginsMs)).toBe(slot);
        expect(slotAt(schedule, windowStartMs(schedule, slot))).toBe(slot);
        expect(slotAt(schedule, beginsMs + slotMs(schedule) - 0.5)).toBe(slot);
        expect(slotAt(schedule, beginsMs + slotMs(schedule))).toBe(slot + 1);
      }),
    );
  });

  it('is negative before the epoch', () => {
    const schedule: Schedule = { epochMs: 10_000, guardMs: 1000, windowMs: 6000, arms: [] };

    expect(slotAt(schedule, 9_999)).toBe(-1);
    expect(windowStartMs(schedule, 0)).toBe(11_000);
    expect(windowStartMs(schedule, 2)).toBe(25_000);
  });
});
