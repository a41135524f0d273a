import { describe, expect, it } from 'vitest';
import { exactExp, exactLog, exactPow } from './exact-math.ts';
import { crc16, lastSlots } from './slots.ts';
import {
  compare,
  compareChe,
  compareQueues,
  compareWholeSimulator,
} from './verify/closed-forms.ts';

describe('the model of a server', () => {
  it('has the mean wait of M/M/1, M/D/1 and M/G/1 within 1 %', () => {
    const rows = compareQueues([0.5, 0.8], 4_000_000);

    expect(rows.filter(({ isMet }) => !isMet)).toEqual([]);
  });

  it('has it inside the whole simulator too', () => {
    expect(compareWholeSimulator(0.5, 'constant', 120)).toMatchObject({ isMet: true });
  });
});

describe('the draw of keys and exact LRU', () => {
  it("have the hit ratio of Che's approximation within .001", () => {
    expect(compareChe(0.99, 0.1, 3_000_000)).toMatchObject({ isMet: true });
  });
});

describe('compare', () => {
  it('rejects what is off by more than the tolerance', () => {
    expect(compare('wait', 1.02, 1, 0.01).isMet).toBe(false);
    expect(compare('ratio', 0.502, 0.5, 0.001, false).isMet).toBe(false);
    expect(compare('ratio', Number.NaN, 0.5, 0.001, false).isMet).toBe(false);
  });
});

describe('exact mathematics', () => {
  it('is within a few units of the last place of the engine', () => {
    for (let at = 1; at < 5000; at += 1) {
      const x = at * at * 1e-5;
      expect(Math.abs(exactLog(x) - Math.log(x))).toBeLessThan(1e-14);
      const y = at / 50 - 50;
      expect(Math.abs(exactExp(y) / Math.exp(y) - 1)).toBeLessThan(1e-14);
    }
    expect(exactPow(2, 10)).toBeCloseTo(1024, 9);
  });
});

describe('slots', () => {
  it('are those of the Redis Cluster specification', () => {
    expect(crc16('123456789')).toBe(0x31c3);
    expect(lastSlots(3)).toEqual([5460, 10922, 16383]);
  });
});
