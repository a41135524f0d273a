/** Hand-made and simulated windows for tests: every field has a sound default. */
import { newHistogram } from './histogram.ts';
import type {
  Arm,
  Calibration,
  NeighbourSamples,
  RoundMeasurement,
  Samples,
  WindowMeasurement,
} from './window.ts';

export interface WindowSettings extends Partial<WindowMeasurement> {
  readonly neighbourCount?: number;
  /** Planned requests of one neighbour in the window; an eighth of them, and a bit, are misses. */
  readonly requestsEach?: number;
  /** Medians of the two paths, microseconds. */
  readonly hitUs?: number;
  readonly missUs?: number;
  /** Part of each neighbour's misses, and hits, that fails. */
  readonly failedMissRatio?: number;
  readonly failedHitRatio?: number;
  /** Planned hits that miss after all: part of the hits. */
  readonly lostHitRatio?: number;
  /** Multiplies the times of one tier's neighbours only. */
  readonly tierFactor?: Readonly<Record<string, number>>;
}

export const soundCalibration: Calibration = { ceilingPerSecond: 24_000, plannedPerSecond: 12_000 };

const missRatio = 0.12;
const tiers = ['platinum', 'gold', 'silver'] as const;

/** A window of 20 neighbours at 100 requests a second, hits near 200 us, misses near 20 ms. */
export function makeWindow(settings: WindowSettings = {}): WindowMeasurement {
  const neighbours = makeNeighbours(settings);
  const plannedCount = (settings.neighbourCount ?? 20) * (settings.requestsEach ?? 600);
  const arm = settings.arm ?? 'baseline';
  const hotCount = arm === 'baseline' ? 600 : 60_000;
  return {
    round: 1,
    arm,
    attempt: 0,
    startedAtMs: 0,
    durationMs: 6_000,
    neighbours,
    reads: { checkedCount: plannedCount, foreignCount: 0 },
    offeredNeighbours: { plannedCount, servedCount: plannedCount, droppedCount: 0 },
    offeredHot: { plannedCount: hotCount, servedCount: hotCount, droppedCount: 0 },
    hotAdmittedCount: Math.min(hotCount, 6_000),
    hotRejectedCount: Math.max(0, hotCount - 6_000),
    sharedCommandsPerSecond: arm === 'spike' ? 12_000 : 2_100,
    neighbourVusPeak: 40,
    neighbourVusMax: 120,
    scheduledStartsKnown: true,
    latenessP99Us: 100,
    cpu: { 'k6 neighbours': 0.5, 'k6 hot': 0.9 },
    clockStepMs: 0.1,
    forkCount: 0,
    expiredKeysPerSecond: 0,
    ...onlyMeasurements(settings),
  };
}

export interface RoundSettings {
  readonly round?: number;
  readonly discarded?: boolean;
  readonly common?: WindowSettings;
  readonly baseline?: WindowSettings;
  /** `null` leaves the arm out. */
  readonly placebo?: WindowSettings | null;
  readonly spike?: WindowSettings | null;
}

/** A round of three sound, equal windows. */
export function makeRound(settings: RoundSettings = {}): RoundMeasurement {
  const round = settings.round ?? 1;
  const window = (arm: Arm, own: WindowSettings | null | undefined) =>
    own === null ? [] : [makeWindow({ ...settings.common, ...own, arm, round })];
  return {
    round,
    discarded: settings.discarded ?? false,
    windows: [
      ...window('baseline', settings.baseline),
      ...window('placebo', settings.placebo),
      ...window('spike', settings.spike),
    ],
  };
}

/** One discarded round, then `count` measured ones, each with the settings for its number. */
export function makeRounds(
  count: number,
  settings: (round: number) => Omit<RoundSettings, 'round'> = () => ({}),
): RoundMeasurement[] {
  return Array.from({ length: count + 1 }, (_, round) =>
    makeRound({ ...settings(round), round, discarded: round === 0 }),
  );
}

function makeNeighbours(settings: WindowSettings): NeighbourSamples[] {
  const requestsEach = settings.requestsEach ?? 600;
  const missCount = Math.round(requestsEach * missRatio);
  const hitCount = requestsEach - missCount;
  return Array.from({ length: settings.neighbourCount ?? 20 }, (_, index) => {
    const tier = tiers[index % tiers.length] ?? 'silver';
    const factor = settings.tierFactor?.[tier] ?? 1;
    const hit = makeSamples(
      hitCount,
      (settings.hitUs ?? 200) * factor,
      settings.failedHitRatio ?? 0,
    );
    const miss = makeSamples(
      missCount,
      (settings.missUs ?? 20_000) * factor,
      settings.failedMissRatio ?? 0,
    );
    const lost = Math.round(hitCount * (settings.lostHitRatio ?? 0));
    const observedHitCount = hit.latencyUs.totalCount - lost;
    return { tenant: `n${index + 1}`, tier, hit, miss, observedHitCount };
  });
}

/** Samples that follow a fixed log-normal shape around the median, failures apart. */
function makeSamples(count: number, medianUs: number, failedRatio: number): Samples {
  const failedCount = Math.round(count * failedRatio);
  const latencyUs = newHistogram();
  let left = count - failedCount;
  shape.forEach((factor, index) => {
    const share = Math.floor(left / (shape.length - index));
    if (share > 0) latencyUs.recordValueWithCount(Math.round(medianUs * factor), share);
    left -= share;
  });
  return { latencyUs, failedCount };
}

/** Quantiles (i + .5) / 24 of a log-normal distribution with a spread of about 15 %. */
const shape: readonly number[] = Array.from({ length: 24 }, (_, i) => {
  const p = (i + 0.5) / 24;
  return Math.exp(0.15 * Math.log(p / (1 - p)) * 0.6);
});

function onlyMeasurements(settings: WindowSettings): Partial<WindowMeasurement> {
  const {
    neighbourCount: _1,
    requestsEach: _2,
    hitUs: _3,
    missUs: _4,
    failedMissRatio: _5,
    failedHitRatio: _6,
    lostHitRatio: _7,
    tierFactor: _8,
    ...measurements
  } = settings;
  return measurements;
}
