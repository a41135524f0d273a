import { counted } from './counted.ts';
import { samplesOf } from './groups.ts';
import { percentileOf } from './histogram.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { Arm, Offered, WindowMeasurement } from './window.ts';

/** A condition on the instrument that every window of some arms must meet. */
export interface WindowGate {
  readonly gate: string;
  readonly limit: string;
  readonly arms: readonly Arm[];
  readonly advice: string;
  /** Undefined where the window holds no such measurement. */
  readonly measure: (window: WindowMeasurement) => number | undefined;
  readonly isGreen: (value: number) => boolean;
  /** Which of two values is nearer to red. */
  readonly worse: 'larger' | 'smaller';
  readonly show: (value: number) => string;
}

export const gateLimits = {
  /** Of the planned requests, as counted by the servers: a generator can lose load silently. */
  offeredRatioMin: 0.99,
  /** Of the planned neighbour requests of a window. */
  droppedRatioMax: 0.001,
  virtualUsersRatioMax: 0.8,
  generatorCpuRatioMax: 0.8,
  /** Lateness of the schedule, P99, as a part of the neighbours' P95 in the same window. */
  latenessRatioMax: 0.1,
  /** A kernel slews its clock by at most 500 ppm; beyond that, and 2 ms of reading, it stepped. */
  clockSlewRatio: 0.0005,
  clockReadingMs: 2,
  expiredKeysPerSecondMax: 100,
} as const;

/** Under the spike the neighbours' drops, virtual users and rates are the effect itself. */
const withoutSpike: readonly Arm[] = ['baseline', 'placebo'];
const everyArm: readonly Arm[] = ['baseline', 'placebo', 'spike'];

const percent = (ratio: number) => `${Number((100 * ratio).toPrecision(3))} %`;
const offeredRatio = ({ servedCount, plannedCount }: Offered) =>
  plannedCount > 0 ? servedCount / plannedCount : undefined;

/** All of them, with the limits of this run. */
export function windowGates(options: JudgeOptions): readonly WindowGate[] {
  return [
    ...offeredGates,
    ...neighbourGates,
    ...cpuGates(options),
    latenessGate(options),
    ...hostGates,
  ];
}

/** The instrument gates that a window does not meet, with what was measured. */
export function redGates(window: WindowMeasurement, options: JudgeOptions): string[] {
  return windowGates(options)
    .filter((gate) => gate.arms.includes(window.arm))
    .flatMap((gate) => {
      const value = gate.measure(window);
      if (value === undefined || Number.isNaN(value)) return [`${gate.gate}: not measured`];
      return gate.isGreen(value) ? [] : [`${gate.gate}: ${gate.show(value)}`];
    });
}

const offered = {
  limit: `at least ${percent(gateLimits.offeredRatioMin)}`,
  advice: 'lower the rates, or give the generators more cores',
  isGreen: (ratio: number) => ratio >= gateLimits.offeredRatioMin,
  worse: 'smaller',
  show: percent,
} as const;

const offeredGates: readonly WindowGate[] = [
  {
    ...offered,
    gate: 'offered rate, hot tenant',
    arms: everyArm,
    measure: (window) => offeredRatio(window.offeredHot),
  },
  {
    ...offered,
    gate: 'offered rate, neighbours',
    arms: withoutSpike,
    measure: (window) => offeredRatio(window.offeredNeighbours),
  },
];

const neighbourGates: readonly WindowGate[] = [
  {
    gate: 'dropped neighbour iterations',
    limit: `at most ${percent(gateLimits.droppedRatioMax)}`,
    arms: withoutSpike,
    advice: 'allow more virtual users, or lower the rate of the neighbours',
    measure: ({ offeredNeighbours: { droppedCount, plannedCount } }) =>
      plannedCount > 0 ? droppedCount / plannedCount : undefined,
    isGreen: (ratio) => ratio <= gateLimits.droppedRatioMax,
    worse: 'larger',
    show: percent,
  },
  {
    gate: 'virtual users in use',
    limit: `at most ${percent(gateLimits.virtualUsersRatioMax)}`,
    arms: withoutSpike,
    advice: 'raise maxVUs',
    measure: (window) => window.neighbourVusPeak / window.neighbourVusMax,
    isGreen: (ratio) => ratio <= gateLimits.virtualUsersRatioMax,
    worse: 'larger',
    show: percent,
  },
];

function cpuGates({ generatorCores }: JudgeOptions): WindowGate[] {
  return Object.entries(generatorCores).map(([process, cores]) => ({
    gate: `CPU of ${process}`,
    limit: `at most ${percent(gateLimits.generatorCpuRatioMax)} of ${counted(cores, 'core')}`,
    arms: withoutSpike,
    advice: 'lower the rates, or use a machine with more cores',
    measure: (window) => {
      const used = window.cpu[process];
      return used === undefined ? undefined : used / cores;
    },
    isGreen: (ratio) => ratio <= gateLimits.generatorCpuRatioMax,
    worse: 'larger',
    show: percent,
  }));
}

function latenessGate({ capUs }: JudgeOptions): WindowGate {
  return {
    gate: 'lateness of requests (P99)',
    limit: `below ${percent(gateLimits.latenessRatioMax)} of their P95`,
    arms: withoutSpike,
    advice:
      'requests start late: end what else runs here (CPU pressure of the host: below), or lower the rates',
    measure: (window) => {
      const p95 = percentileOf(samplesOf(window, 'all'), 0.95, capUs);
      return p95 && window.latenessP99Us / p95.valueUs;
    },
    isGreen: (ratio) => ratio < gateLimits.latenessRatioMax,
    worse: 'larger',
    show: percent,
  };
}

const hostGates: readonly WindowGate[] = [
  {
    gate: 'steps of the clock',
    limit: 'no more than slewing',
    arms: everyArm,
    advice: 'let the time service settle, then run again',
    measure: ({ clockStepMs, durationMs }) =>
      Math.abs(clockStepMs) / (gateLimits.clockReadingMs + gateLimits.clockSlewRatio * durationMs),
    isGreen: (ratio) => ratio <= 1,
    worse: 'larger',
    show: (ratio) => `${ratio.toFixed(2)} of that`,
  },
  {
    gate: 'forks of the shared server',
    limit: 'none',
    arms: withoutSpike,
    advice: 'turn off saving and append-only rewrites for the run',
    measure: (window) => window.forkCount,
    isGreen: (count) => count === 0,
    worse: 'larger',
    show: (count) => String(count),
  },
  {
    gate: 'keys expired by the server',
    limit: `fewer than ${gateLimits.expiredKeysPerSecondMax}/s`,
    arms: withoutSpike,
    advice: 'lengthen the time to live of pre-loaded keys',
    measure: (window) => window.expiredKeysPerSecond,
    isGreen: (rate) => rate < gateLimits.expiredKeysPerSecondMax,
    worse: 'larger',
    show: (rate) => `${rate.toFixed(0)}/s`,
  },
];
