import { describe, expect, it } from 'vitest';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import { UnsuitableRedisError } from '../provision/unsuitable-redis-error.ts';
import { BrokenRunError } from '../spike/broken-run-error.ts';
import { parseBenchOptions } from './bench-options.ts';
import { type BenchResult, runBench } from './run-bench.ts';

/** A suite of one contender, which has a fault in its last measurement. */
function failingAt(measurement: number, fault: Error, onMeasure: () => void = () => {}) {
  let count = 0;
  const measure = async () => {
    count += 1;
    onMeasure();
    if (count === measurement) throw fault;
    return count;
  };
  return async () => ({ contenders: [{ name: 'a', measure }], reference: 'a' });
}

function around(signal = new AbortController().signal) {
  return { env: {}, progress: SILENT_PROGRESS, signal };
}

const options = parseBenchOptions('simulator', { rounds: '5', seed: '1' });
const fault = new Error('the machine is on fire');

describe('a bench run', () => {
  it('that breaks off tells what was measured by then, and why it did', async () => {
    const outcome = runBench(options, around(), failingAt(4, fault));

    const error = (await outcome.catch((thrown: unknown) => thrown)) as BrokenRunError<BenchResult>;
    expect(error).toBeInstanceOf(BrokenRunError);
    expect(error.cause).toBe(fault);
    expect(error.record.record).toMatchObject({
      interrupted: true,
      benchmarks: [{ contenders: [{ name: 'a', rounds: [2, 3] }] }],
    });
  });

  it('that breaks off in its warm-up has nothing to tell but why', async () => {
    await expect(runBench(options, around(), failingAt(1, fault))).rejects.toBe(fault);
  });

  it('that is stopped is no fault, whatever the stop breaks', async () => {
    const controller = new AbortController();
    let count = 0;
    const stopping = failingAt(4, fault, () => {
      count += 1;
      if (count === 4) controller.abort();
    });

    const { record } = await runBench(options, around(controller.signal), stopping);

    expect(record).toMatchObject({
      interrupted: true,
      benchmarks: [{ contenders: [{ rounds: [2, 3] }] }],
    });
  });

  it('of all suites measures none where the server of one may not be used', async () => {
    const told: string[] = [];
    const progress = {
      ...SILENT_PROGRESS,
      advance: (_1: number, _2: number, doing: string) => {
        told.push(doing);
      },
    };
    const all = parseBenchOptions('all', { redis: 'redis://cache.example.com:6379' });

    const outcome = runBench(all, { ...around(), progress }, failingAt(1, fault));

    await expect(outcome).rejects.toThrow(UnsuitableRedisError);
    expect(told).toEqual([]);
  });
});
