import { type JudgeOptions, pointsMargin } from './judge-options.ts';
import { percentOf } from './observations.ts';
import { type MeasuredRound, type SelectedRounds, windowsOf } from './rounds.ts';
import type { Calibration, WindowMeasurement } from './window.ts';
import { type WindowGate, windowGates } from './window-gates.ts';

/** One condition on the instrument itself. A red one makes the run INVALID, whatever was found. */
export interface GateResult {
  readonly gate: string;
  /** `unchecked` where the run holds nothing to check. */
  readonly state: 'green' | 'red' | 'unchecked';
  /** The value nearest to red, with its unit. */
  readonly worst: string;
  readonly limit: string;
  /** Where it was met, "round 3, spike"; empty where the gate looks at the whole run. */
  readonly where: string;
  /** What to do about it when it is red. */
  readonly advice: string;
}

/** The plan may use this part of what the generators reached in calibration. */
export const ceilingRatioMax = 0.8;

/**
 * Every instrument gate over the rounds that count. What the spike does to the neighbours is no
 * gate but the finding: failures and hit ratio under it are cells of their own.
 */
export function judgeGates(
  selected: SelectedRounds,
  calibration: Calibration | null,
  options: JudgeOptions,
): GateResult[] {
  const rounds = selected.measured;
  const windows = rounds.flatMap(windowsOf);
  return [
    completeRounds(selected),
    samePlan(rounds),
    ...windowGates(options).map((gate) => judgeWindows(gate, windows)),
    ceilingHeadroom(calibration),
    sameWithoutSharing(selected, 'failures'),
    sameWithoutSharing(selected, 'hits'),
  ];
}

function judgeWindows(gate: WindowGate, windows: readonly WindowMeasurement[]): GateResult {
  const judged = windows.filter((window) => gate.arms.includes(window.arm));
  const values = judged.map((window) => ({ window, value: gate.measure(window) }));
  const missing = values.find(({ value }) => value === undefined || Number.isNaN(value));
  const common = { gate: gate.gate, limit: gate.limit, advice: gate.advice };
  if (missing || values.length === 0) {
    const where = missing ? whereIs(missing.window) : '';
    return { ...common, state: missing ? 'red' : 'unchecked', worst: 'not measured', where };
  }
  const sign = gate.worse === 'larger' ? 1 : -1;
  const severity = ({ value = 0 }: { value?: number | undefined }) => sign * value;
  const worst = values.reduce((a, b) => (severity(b) > severity(a) ? b : a));
  const value = worst.value ?? 0;
  return {
    ...common,
    state: gate.isGreen(value) ? 'green' : 'red',
    worst: gate.show(value),
    where: whereIs(worst.window),
  };
}

function whereIs({ round, arm }: WindowMeasurement): string {
  return `round ${round}, ${arm}`;
}

/** Only the last round of a run that was cut short may lack an arm: never one left out since. */
function completeRounds({ incomplete, measured }: SelectedRounds): GateResult {
  const last = Math.max(0, ...measured.map((round) => round.round));
  const inside = incomplete.filter((round) => round < last);
  return {
    gate: 'complete rounds',
    state: inside.length === 0 && incomplete.length <= 1 ? 'green' : 'red',
    worst: incomplete.length === 0 ? 'all' : `without an arm: ${incomplete.join(', ')}`,
    limit: 'every arm in each round',
    where: '',
    advice: 'a window got lost: run again',
  };
}

/** The neighbours and their planned requests are the same in all arms of a round. */
function samePlan(rounds: readonly MeasuredRound[]): GateResult {
  const plan = (window: WindowMeasurement) =>
    JSON.stringify([
      window.offeredNeighbours.plannedCount,
      window.neighbours.map((one) => `${one.tenant} ${one.tier}`).sort(),
    ]);
  const differing = rounds.filter((round) => new Set(windowsOf(round).map(plan)).size > 1);
  return {
    gate: 'neighbours and their plan',
    state: differing.length === 0 ? 'green' : 'red',
    worst: differing.length === 0 ? 'same' : 'differs',
    limit: 'same in every arm',
    where: differing.map((round) => `round ${round.round}`).join(', '),
    advice: 'arms with different plans cannot be compared: this is a fault of the runner',
  };
}

function ceilingHeadroom(calibration: Calibration | null): GateResult {
  const common = {
    gate: 'planned rate of the ceiling',
    limit: `at most ${100 * ceilingRatioMax} %`,
    where: '',
    advice: 'this machine cannot offer that load: lower the rates, or use more cores',
  };
  if (calibration === null) return { ...common, state: 'unchecked', worst: 'not measured' };
  const { plannedPerSecond, ceilingPerSecond } = calibration;
  const ratio = plannedPerSecond / ceilingPerSecond;
  return {
    ...common,
    state: ratio <= ceilingRatioMax ? 'green' : 'red',
    worst: `${(100 * ratio).toFixed(0)} % of ${Math.round(ceilingPerSecond)}/s`,
  };
}

/** Without sharing nothing may differ: mean over rounds of placebo minus baseline, in points. */
function sameWithoutSharing(
  { measured, hasPlacebo }: SelectedRounds,
  what: 'failures' | 'hits',
): GateResult {
  const question = { group: 'all', what } as const;
  const common = {
    gate: `${what === 'hits' ? 'hit ratio' : 'failures'}, placebo - baseline`,
    limit: `within ${pointsMargin} points`,
    where: '',
    advice: 'the two sets of servers differ: same configuration, same warm state?',
  };
  if (!hasPlacebo || measured.length === 0) {
    return { ...common, state: 'unchecked', worst: 'no placebo' };
  }
  const differences = measured.map(({ baseline, placebo }) => {
    const beside = placebo && percentOf(placebo, question);
    return (beside ?? Number.NaN) - (percentOf(baseline, question) ?? Number.NaN);
  });
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  return {
    ...common,
    state: Math.abs(mean) <= pointsMargin ? 'green' : 'red',
    worst: `${mean.toFixed(2)} points`,
  };
}
