import { summarise } from '../estimates.ts';
import { criticalT } from '../student-t.ts';
import { riseCells, type Trial } from './trial.ts';

/**
 * How far isolation reaches, in times the hot tenant's ordinary rate. The rise is taken not to fall
 * with the rate; the true breakpoint is the least rate at which some cell's mean rise reaches the
 * bound, each round counting as no less than no rise and no more than twice the bound.
 */
export interface Breakpoint {
  /** Shown to hold up to here: the lower end of the interval. Null where nothing was shown. */
  readonly heldTimes: number | null;
  /** Shown to break from here on: the upper end. Null where it did not break, or not for certain. */
  readonly brokeTimes: number | null;
  /** The best guess, within both; null where one side has no rounds at all. */
  readonly estimateTimes: number | null;
  /** The highest rate that seems to hold, and the lowest that seems to break; nothing is shown yet. */
  readonly seemsHeldTimes: number | null;
  readonly seemsBrokenTimes: number | null;
}

/**
 * One-sided tails of t in the tests of single rates. Found by `calibrate-search.ts`, so that each
 * end of the interval is wrong in at most 5 % of runs, although rates, their number and the rounds that
 * are pooled are chosen by what came before.
 */
export const tails = { holds: 0.006, breaks: 0.007 } as const;
/** Fewer rounds show nothing. */
const roundsMin = 4;
/**
 * Least standard deviation of a round, in bounds. Rounds that are all far beyond the bound count
 * as exactly twice of it each, and must not look as if there was no chance in them.
 */
const deviationMin = 0.5;

/**
 * Finds the breakpoint from rounds at several rates. Rates are tested in order from below: a rate
 * holds if the rounds from it up to the highest one that seems to hold are below the bound in every
 * cell, together, and all lower rates hold. Tests in a fixed order need no correction for their
 * number (closed testing): the lower end is wrong only if the first rate beyond the breakpoint
 * passes. Likewise from above for the upper end. Pure.
 * @param rungs the rates that could have been tried, ascending
 */
export function findBreakpoint(trials: readonly Trial[], rungs: readonly number[]): Breakpoint {
  const fit = fitWorst(trials);
  const seemsHeld = fit.filter(({ rise }) => rise < 1).at(-1)?.times ?? null;
  const seemsBroken = fit.find(({ rise }) => rise >= 1)?.times ?? null;
  const held = leadingRungs(rungs, (rung) => holds(trials, rung, seemsHeld));
  const broken = leadingRungs([...rungs].reverse(), (rung) => breaks(trials, seemsBroken, rung));
  return {
    heldTimes: held,
    brokeTimes: broken,
    estimateTimes: clamp(crossing(fit), held, broken),
    seemsHeldTimes: seemsHeld,
    seemsBrokenTimes: seemsBroken,
  };
}

/** The last of the rungs up to which all pass. */
function leadingRungs(rungs: readonly number[], passes: (rung: number) => boolean): number | null {
  const failed = rungs.findIndex((rung) => !passes(rung));
  return rungs[(failed === -1 ? rungs.length : failed) - 1] ?? null;
}

/** A higher rate rises no less, so rounds beyond the rung bound it from above. */
function holds(trials: readonly Trial[], rung: number, seemsHeld: number | null): boolean {
  if (seemsHeld === null || rung > seemsHeld) return false;
  const pooled = between(trials, rung, seemsHeld);
  return (
    pooled.length >= roundsMin &&
    riseCells.every((cell) => {
      const t = tBelowBound(pooled.map(({ rises }) => rises[cell]));
      return t >= criticalT(tails.holds, pooled.length - 1);
    })
  );
}

function breaks(trials: readonly Trial[], seemsBroken: number | null, rung: number): boolean {
  if (seemsBroken === null || rung < seemsBroken) return false;
  const pooled = between(trials, seemsBroken, rung);
  return (
    pooled.length >= roundsMin &&
    riseCells.some((cell) => {
      const t = -tBelowBound(pooled.map(({ rises }) => rises[cell]));
      return t >= criticalT(tails.breaks, pooled.length - 1);
    })
  );
}

/** Rounds at rates from `least` to `most`, both included. */
export function between(trials: readonly Trial[], least: number, most: number): Trial[] {
  return trials.filter(({ times }) => times >= least && times <= most);
}

/** The t statistic of "the mean is below the bound", which is 1. */
function tBelowBound(rises: readonly number[]): number {
  const { mean, sd, count } = summarise(rises.map(clip));
  return (1 - mean) / (Math.max(deviationMin, sd) / Math.sqrt(count));
}

function clip(rise: number): number {
  return Math.max(0, Math.min(2, rise));
}

interface Fitted {
  readonly times: number;
  readonly rise: number;
}

/** The rise by rate, not falling: of each rate the cell that rises most. */
export function fitWorst(trials: readonly Trial[]): Fitted[] {
  const [first, ...others] = riseCells.map((cell) =>
    fitMonotone(trials.map(({ times, rises }) => ({ times, rise: clip(rises[cell]) }))),
  );
  return (first ?? []).map(({ times, rise }, at) => ({
    times,
    rise: Math.max(rise, ...others.map((fit) => fit[at]?.rise ?? rise)),
  }));
}

/** Isotonic regression by pooling adjacent violators (Ayer and others, 1955). */
function fitMonotone(points: readonly Fitted[]): Fitted[] {
  const blocks: Block[] = [];
  for (const times of [...new Set(points.map((point) => point.times))].sort((a, b) => a - b)) {
    const rises = points.filter((point) => point.times === times).map(({ rise }) => rise);
    let block: Block = { times: [times], rises };
    for (let last = blocks.at(-1); last && meanOf(last) >= meanOf(block); last = blocks.at(-1)) {
      blocks.pop();
      block = { times: [...last.times, ...block.times], rises: [...last.rises, ...block.rises] };
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) => block.times.map((times) => ({ times, rise: meanOf(block) })));
}

/** Rates whose rounds count as one, since their means do not rise. */
interface Block {
  readonly times: readonly number[];
  readonly rises: readonly number[];
}

function meanOf({ rises }: Block): number {
  return rises.reduce((sum, rise) => sum + rise, 0) / rises.length;
}

/** Where the fitted rise reaches the bound, between two rates by their logarithms. */
function crossing(fit: readonly Fitted[]): number | null {
  const at = fit.findIndex(({ rise }) => rise >= 1);
  const above = fit[at];
  const below = fit[at - 1];
  if (!above || !below) return null;
  const part = (1 - below.rise) / (above.rise - below.rise);
  return below.times * (above.times / below.times) ** part;
}

function clamp(value: number | null, least: number | null, most: number | null): number | null {
  if (value === null) return null;
  return Math.min(most ?? Infinity, Math.max(least ?? 0, value));
}
