import type { GateResult } from './gates.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { LatencyCell } from './latency-cell.ts';
import type { Observations } from './observations.ts';
import type { PointsCell } from './points-cell.ts';
import type { Look } from './sequential.ts';
import type { Calibration, Reads, RoundMeasurement } from './window.ts';

/** All that a run can be told. */
export const VERDICTS = ['PASS', 'PASS (adjusted)', 'FAIL', 'INCONCLUSIVE', 'INVALID'] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Cell = LatencyCell | PointsCell;

/** What one run, or the part of it that is there so far, says. */
export interface Judgement {
  readonly verdict: Verdict;
  /** True where no placebo says how much of the rise is the generator's. */
  readonly unadjusted: boolean;
  /** True between looks: estimates only, and the verdict is INCONCLUSIVE until the next look. */
  readonly provisional: boolean;
  /** Whether more rounds may still change the verdict. */
  readonly decision: 'continue' | 'stop';
  /** Why, in words, the deciding ones first. */
  readonly reasons: readonly string[];
  readonly look: Look;
  readonly measuredRounds: number;
  /** Null where no read was checked. */
  readonly reads: Reads | null;
  readonly cells: readonly Cell[];
  readonly gates: readonly GateResult[];
  /** A bad event in fewer than this share of rounds could still have been missed: 3/n. */
  readonly missedRoundRatio: number;
}

export interface JudgeInput {
  readonly rounds: readonly RoundMeasurement[];
  /** Null where the run ended before there was one. */
  readonly calibration: Calibration | null;
  readonly options: JudgeOptions;
  /**
   * Set where no more rounds will come although more were planned. A time limit is no choice of
   * anyone who saw the estimates, so its last round counts as a look; an interruption may be.
   */
  readonly ended?: 'time' | 'interrupted' | undefined;
}

/** A run whose windows are already reduced to what the statistics look at. */
export interface Evidence extends Observations, Pick<JudgeInput, 'options' | 'ended'> {
  readonly gates: readonly GateResult[];
  readonly reads: Reads | null;
}
