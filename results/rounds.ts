import type { Arm, RoundMeasurement, WindowMeasurement } from './window.ts';

/** The windows of one measured round that count: of each arm the last attempt. */
export interface MeasuredRound {
  readonly round: number;
  readonly baseline: WindowMeasurement;
  /** Absent in runs without unshared servers. */
  readonly placebo: WindowMeasurement | undefined;
  readonly spike: WindowMeasurement;
}

export interface SelectedRounds {
  readonly measured: readonly MeasuredRound[];
  /** False in a run without unshared servers: its verdict is unadjusted. */
  readonly hasPlacebo: boolean;
  /** Rounds that lack an arm. Only the last round of a run that was cut short may. */
  readonly incomplete: readonly number[];
}

/** Drops discarded and incomplete rounds and, of repeated windows, all but the last attempt. */
export function selectRounds(rounds: readonly RoundMeasurement[]): SelectedRounds {
  const kept = rounds.filter((round) => !round.discarded);
  const hasPlacebo = kept.some((round) => round.windows.some((one) => one.arm === 'placebo'));
  const measured: MeasuredRound[] = [];
  const incomplete: number[] = [];
  for (const { round, windows } of kept) {
    const baseline = lastAttempt(windows, 'baseline');
    const placebo = lastAttempt(windows, 'placebo');
    const spike = lastAttempt(windows, 'spike');
    if (baseline && spike && (placebo || !hasPlacebo)) {
      measured.push({ round, baseline, placebo, spike });
    } else {
      incomplete.push(round);
    }
  }
  return { measured, hasPlacebo, incomplete };
}

/** The windows of a round that count, the placebo's where there is one. */
export function windowsOf(round: MeasuredRound): readonly WindowMeasurement[] {
  return [round.baseline, round.placebo, round.spike].filter((window) => window !== undefined);
}

function lastAttempt(
  windows: readonly WindowMeasurement[],
  arm: Arm,
): WindowMeasurement | undefined {
  return windows
    .filter((window) => window.arm === arm)
    .reduce<WindowMeasurement | undefined>(
      (best, window) => (best && best.attempt >= window.attempt ? best : window),
      undefined,
    );
}
