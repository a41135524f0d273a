import { type MeasuredRound, selectRounds } from './rounds.ts';
import type { NeighbourSamples, RoundMeasurement, Samples, WindowMeasurement } from './window.ts';

/** Figures of the literature beside the verdict; none of them decides. Null where undefined. */
export interface IsolationMetrics {
  /**
   * Krebs, Momm and Kounev, "Metrics and techniques for quantifying performance isolation in cloud
   * environments" (Science of Computer Programming 90, 2014), I_QR: the relative loss of the
   * abiding tenants' response time, here the mean with failures at the cap, divided by the relative
   * increase of the disruptive tenant's load. 0 is perfect isolation.
   */
  readonly krebs: number | null;
  /** Relative loss and relative load increase that `krebs` is the ratio of. */
  readonly qosLoss: number | null;
  readonly loadIncrease: number | null;
  /** Smallest over largest of the neighbours' throughput under the spike, each relative to its own
   * in the baseline: 1 is fair. */
  readonly minMaxRatio: number | null;
  /** The hot tenant under the spike, per second, over all measured rounds. */
  readonly hotAdmittedPerSecond: number | null;
  readonly hotRejectedPerSecond: number | null;
}

export function isolationMetrics(
  rounds: readonly RoundMeasurement[],
  capUs: number,
): IsolationMetrics {
  const { measured } = selectRounds(rounds);
  const baselines = measured.map((round) => round.baseline);
  const spikes = measured.map((round) => round.spike);
  const before = responseTimeSumUs(baselines, capUs);
  const qosLoss = ratio(responseTimeSumUs(spikes, capUs) - before, before);
  const steadyLoad = perSecond(baselines, (window) => window.offeredHot.servedCount);
  const spikeLoad = perSecond(spikes, (window) => window.offeredHot.servedCount);
  const loadIncrease =
    steadyLoad === null || spikeLoad === null ? null : ratio(spikeLoad - steadyLoad, steadyLoad);
  return {
    krebs: qosLoss === null || loadIncrease === null ? null : ratio(qosLoss, loadIncrease),
    qosLoss,
    loadIncrease,
    minMaxRatio: minMaxRatio(measured),
    hotAdmittedPerSecond: perSecond(spikes, (window) => window.hotAdmittedCount),
    hotRejectedPerSecond: perSecond(spikes, (window) => window.hotRejectedCount),
  };
}

/** Sum over windows and neighbours of the mean response time, as the metric's sums are. */
function responseTimeSumUs(windows: readonly WindowMeasurement[], capUs: number): number {
  const means = windows.flatMap((window) =>
    window.neighbours.map((one) => meanUs([one.hit, one.miss], capUs)),
  );
  return means.reduce((sum, mean) => sum + mean, 0);
}

function meanUs(parts: readonly Samples[], capUs: number): number {
  let sum = 0;
  let count = 0;
  for (const { latencyUs, failedCount } of parts) {
    const successUs = latencyUs.totalCount > 0 ? latencyUs.mean * latencyUs.totalCount : 0;
    sum += successUs + failedCount * capUs;
    count += latencyUs.totalCount + failedCount;
  }
  return count === 0 ? 0 : sum / count;
}

function minMaxRatio(measured: readonly MeasuredRound[]): number | null {
  const steady = succeededByTenant(measured.map((round) => round.baseline));
  const spike = succeededByTenant(measured.map((round) => round.spike));
  const normalised = [...steady].map(([tenant, count]) => (spike.get(tenant) ?? 0) / count);
  return normalised.length === 0 ? null : ratio(Math.min(...normalised), Math.max(...normalised));
}

function succeededByTenant(windows: readonly WindowMeasurement[]): Map<string, number> {
  const succeeded = (one: NeighbourSamples) =>
    one.hit.latencyUs.totalCount + one.miss.latencyUs.totalCount;
  const counts = new Map<string, number>();
  for (const one of windows.flatMap((window) => window.neighbours)) {
    counts.set(one.tenant, (counts.get(one.tenant) ?? 0) + succeeded(one));
  }
  return counts;
}

function perSecond(
  windows: readonly WindowMeasurement[],
  count: (window: WindowMeasurement) => number,
): number | null {
  const seconds = windows.reduce((sum, window) => sum + window.durationMs / 1_000, 0);
  return ratio(
    windows.reduce((sum, window) => sum + count(window), 0),
    seconds,
  );
}

function ratio(of: number, to: number): number | null {
  const value = of / to;
  return Number.isFinite(value) ? value : null;
}
