import { describe, expect, it } from 'vitest';
import { EPOCH_MS, makeEvidence, makeReading } from '../spike/evidence.fixture.ts';
import { pressureOf } from './pressure.ts';

const WORKERS = 10;

/** A part of one second in which everything was counted up from 0. */
function makePart(counts: { busyWorkerMs: number; rejectedCount: number; queuedPeak: number }) {
  const from = makeReading(EPOCH_MS);
  const to = makeReading(EPOCH_MS + 1000, { mainThreadMs: 300, refusedConnections: 2 });
  return makeEvidence({ from, to: { ...to, backend: { ...to.backend, ...counts } } });
}

describe('pressureOf', () => {
  it('is shares of time, counts a second, and the longest queue of any part', () => {
    const parts = [
      makePart({ busyWorkerMs: 10_000, rejectedCount: 90, queuedPeak: 240 }),
      makePart({ busyWorkerMs: 5000, rejectedCount: 10, queuedPeak: 3 }),
    ];

    const pressure = pressureOf(parts, WORKERS);

    expect(pressure.redisThreadShare).toBeCloseTo(0.3, 9);
    expect(pressure).toMatchObject({
      backendBusyShare: 0.75,
      backendQueuePeak: 240,
      backendRefusedPerSecond: 50,
      refusedConnectionCount: 4,
    });
  });

  it('says that the thread was not read where Redis does not tell', () => {
    const untold = makeReading(EPOCH_MS + 1000, { mainThreadMs: null });
    const part = makeEvidence({ from: makeReading(EPOCH_MS), to: untold });

    expect(pressureOf([part], WORKERS).redisThreadShare).toBeNull();
  });
});
