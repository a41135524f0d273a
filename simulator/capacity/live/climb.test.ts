import { describe, expect, it } from 'vitest';
import { type ClimbStep, climb } from './climb.ts';

/** A server that serves so much, and a driver that may fall short of it. */
function serverOf({ knee, driverMax = Number.POSITIVE_INFINITY, badStep = -1 }: Behaviour) {
  let asked = 0;
  return async (offeredPerSecond: number): Promise<ClimbStep> => {
    asked += 1;
    const bound = Math.min(knee, driverMax) / (asked === badStep ? 2 : 1);
    const servedPerSecond = Math.min(offeredPerSecond, bound);
    return {
      offeredPerSecond,
      servedPerSecond,
      backlog: offeredPerSecond - servedPerSecond,
      msP50: 1,
      msP99: 2,
      utilisation: servedPerSecond / knee,
    };
  };
}

interface Behaviour {
  readonly knee: number;
  readonly driverMax?: number;
  /** This step, from 1, falls in a bad moment of the host. */
  readonly badStep?: number;
}

describe('a climb to the knee', () => {
  it('ends at the highest offer that is served, within a twentieth of what was foretold', async () => {
    for (const knee of [8_000, 10_000, 13_000]) {
      const { heldPerSecond, gaveWay } = await climb(10_000, serverOf({ knee }));

      expect(heldPerSecond).toBeGreaterThan(knee - 500);
      // 20 ms' worth may be left behind.
      expect(heldPerSecond).toBeLessThanOrEqual(1.02 * knee + 1);
      expect(gaveWay).toBe('server');
    }
  });

  it('goes on after one failure, and ends after two in a row', async () => {
    const { heldPerSecond, steps } = await climb(10_000, serverOf({ knee: 10_000, badStep: 3 }));

    expect(heldPerSecond).toBeCloseTo(10_000);
    expect(steps[2]?.offeredPerSecond).toBe(steps[3]?.offeredPerSecond);
  });

  it('tells when the driver gave way before the server was full', async () => {
    const { gaveWay } = await climb(10_000, serverOf({ knee: 20_000, driverMax: 9_000 }));

    expect(gaveWay).toBe('driver');
  });

  it('does not go on for ever where the server keeps up', async () => {
    const { heldPerSecond, gaveWay } = await climb(10_000, serverOf({ knee: 1_000_000 }));

    expect(gaveWay).toBe('nobody');
    expect(heldPerSecond).toBeCloseTo(15_000);
  });

  it('holds nothing where not even the first offer is served', async () => {
    const { heldPerSecond } = await climb(10_000, serverOf({ knee: 1_000 }));

    expect(heldPerSecond).toBe(0);
  });
});
