import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  compareSamples,
  type HostSample,
  parsePidStat,
  parsePressure,
  parseProcStat,
  readClocks,
  readCpuTimeMs,
  sampleHost,
} from './host-sample.ts';

function sample(fields: Partial<HostSample> = {}): HostSample {
  return {
    wallMs: 1_000_000,
    monotonicMs: 500,
    cpuTimeMs: {},
    pressureUs: null,
    stealMs: null,
    allCpuMs: null,
    ...fields,
  };
}

describe('reading both clocks', () => {
  /** A monotonic clock by what it says, one reading after the other. */
  const monotonicOf = (readings: number[]) => () => readings.shift() ?? Number.NaN;

  it('takes the try in which least time passed, as a preempted one shows a step', () => {
    const walls = [1000, 1007, 1015];
    const monotonic = monotonicOf([0, 7, 7.2, 7.24, 99, 99]);

    const clocks = readClocks(() => walls.shift() ?? Number.NaN, monotonic);

    expect(clocks.wallMs).toBe(1007);
    expect(clocks.monotonicMs).toBeCloseTo(7.22);
  });

  it('gives up after some tries on a host where every one is interrupted', () => {
    const monotonic = monotonicOf([0, 9, 10, 18, 20, 27, 30, 36, 40, 45]);

    expect(readClocks(() => 5, monotonic)).toEqual({ wallMs: 5, monotonicMs: 42.5 });
  });
});

describe('reading /proc', () => {
  it('finds user and system time behind any process name', () => {
    const stat = '42 (a) (b) S) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 7 20 0 1 0 999 0 0';

    expect(parsePidStat(stat)).toBe(3_000);
    expect(parsePidStat(null)).toBeNull();
    expect(parsePidStat('')).toBeNull();
  });

  it('reads the pressure of `some`, not of `full`', () => {
    const text =
      'some avg10=1.53 avg60=0.87 avg300=0.73 total=123456\n' +
      'full avg10=0.00 avg60=0.00 avg300=0.00 total=99\n';

    expect(parsePressure(text)).toBe(123_456);
    expect(parsePressure(null)).toBeNull();
  });

  it('counts stolen time, and no guest time twice', () => {
    const text = 'cpu  100 10 50 800 20 5 5 10 90 9\ncpu0 1 2 3 4 5 6 7 8 9 10\n';

    expect(parseProcStat(text)).toEqual({ stealMs: 100, allCpuMs: 10_000 });
    expect(parseProcStat(null)).toBeNull();
  });
});

describe('compareSamples', () => {
  it('turns readings into shares of the window', () => {
    const earlier = sample({
      cpuTimeMs: { redis: 1_000 },
      pressureUs: 10_000,
      stealMs: 100,
      allCpuMs: 50_000,
    });
    const later = sample({
      wallMs: 1_002_000,
      monotonicMs: 2_500,
      cpuTimeMs: { redis: 1_500 },
      pressureUs: 210_000,
      stealMs: 140,
      allCpuMs: 54_000,
    });

    expect(compareSamples(earlier, later)).toEqual({
      durationMs: 2_000,
      cpu: { redis: 0.25 },
      clockStepMs: 0,
      cpuPressure: 0.1,
      cpuSteal: 0.01,
    });
  });

  it.each([
    { steppedMs: 3_000, clockStepMs: 3_000 },
    { steppedMs: -3_000, clockStepMs: 3_000 },
  ])('notices a wall clock that was set by $steppedMs ms', ({ steppedMs, clockStepMs }) => {
    const later = sample({ wallMs: 1_006_000 + steppedMs, monotonicMs: 6_500 });

    expect(compareSamples(sample(), later).clockStepMs).toBe(clockStepMs);
  });

  it('leaves out what could not be read, and invents no zeros', () => {
    const earlier = sample({ cpuTimeMs: { k6: null, redis: 10 } });
    const later = sample({ monotonicMs: 1_500, cpuTimeMs: { k6: 10, redis: null, new: 5 } });

    expect(compareSamples(earlier, later)).toEqual({
      durationMs: 1_000,
      cpu: {},
      clockStepMs: 1_000,
    });
  });
});

describe.runIf(process.platform === 'linux')('sampleHost on Linux', () => {
  it('sees the CPU time of a busy process, and none of one that is not there', () => {
    const earlier = sampleHost({ self: process.pid, gone: null });
    const untilMs = performance.now() + 200;
    while (performance.now() < untilMs);
    const activity = compareSamples(earlier, sampleHost({ self: process.pid, gone: null }));

    expect(activity.cpu['self']).toBeGreaterThan(0.1);
    expect(activity.cpu).not.toHaveProperty('gone');
    expect(activity.clockStepMs).toBeLessThan(5);
  });

  it('counts the children of a process as its own', async () => {
    const busy =
      'while (process.cpuUsage().user < 400_000); console.log(1); setInterval(()=>{},1e6)';
    const program = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(busy)}], {stdio: ['ignore', 'inherit', 'ignore']})`;
    const parent = spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    await new Promise((resolve) => parent.stdout.once('data', resolve));

    const cpuTimeMs = readCpuTimeMs(parent.pid ?? 0);
    process.kill(-(parent.pid ?? 0), 'SIGKILL');

    expect(cpuTimeMs).toBeGreaterThan(300);
    expect(readCpuTimeMs(2 ** 22 + 1)).toBeNull();
  });
});
