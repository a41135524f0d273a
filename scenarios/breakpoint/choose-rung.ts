import { between, findBreakpoint } from '../../results/breakpoint/find-breakpoint.ts';
import type { Trial } from '../../results/breakpoint/trial.ts';

/** Rungs from one rate to the next while the ladder goes up or down: four of them double it. */
const LADDER_RUNGS = 4;
/** Rungs of a ladder double every so many. */
const RUNGS_A_DOUBLING = 4;
/** So many rounds at one rate that decided nothing: the truth is too near to it, try one further off. */
const PATIENCE_ROUNDS = 6;

/**
 * The rates that a run can try, in times of the ordinary one, ascending: a geometric ladder of steps
 * of 19 %, with the most that can be offered at its end.
 */
export function makeRungs(leastTimes: number, mostTimes: number): number[] {
  const rungs: number[] = [];
  for (let n = 0; ; n++) {
    const rung = leastTimes * 2 ** (n / RUNGS_A_DOUBLING);
    // The last step would be next to none.
    if (rung > mostTimes / 1.05) break;
    rungs.push(Math.round(100 * rung) / 100);
  }
  return [...rungs, mostTimes];
}

/**
 * The rung that the next round should try: twice the rate as long as it seems to hold, half of it as
 * long as it seems to break, then halves of the bracket; when nothing is left in between, rounds at
 * both its ends until both are shown. Undefined when they are. Pure.
 * @param first rung that is tried first
 * @param isCut whether what is above the last rung was tried, and is out of the generators' reach:
 *   then half of what is left is, too, more likely than not
 */
export function chooseRung(
  trials: readonly Trial[],
  rungs: readonly number[],
  first: number,
  isCut = false,
): number | undefined {
  const top = rungs.length - 1;
  const at = (place: number) => rungs[Math.max(0, Math.min(top, place))];
  const placeOf = (times: number) => rungs.findIndex((rung) => rung >= times);
  if (trials.length === 0) return at(placeOf(first));
  const found = findBreakpoint(trials, rungs);
  const { heldTimes, brokeTimes, seemsHeldTimes, seemsBrokenTimes } = found;
  const isHeld = heldTimes !== null && heldTimes === seemsHeldTimes;
  const isBroken = brokeTimes !== null && brokeTimes === seemsBrokenTimes;
  if (seemsBrokenTimes === null) {
    const place = placeOf(seemsHeldTimes ?? first);
    const step = isCut ? Math.ceil((top - place) / 2) : LADDER_RUNGS;
    return place === top && isHeld ? undefined : at(place + step);
  }
  if (seemsHeldTimes === null) {
    const place = placeOf(seemsBrokenTimes);
    return place === 0 && isBroken ? undefined : at(place - LADDER_RUNGS);
  }
  const low = placeOf(seemsHeldTimes);
  const high = placeOf(seemsBrokenTimes);
  if (high - low > 1) return at((low + high) >> 1);
  if (isHeld && isBroken) return undefined;
  const lower = patiently(trials, rungs, low, -1);
  const higher = patiently(trials, rungs, high, 1);
  const below = between(trials, rungs[lower] ?? 0, seemsHeldTimes).length;
  const above = between(trials, seemsBrokenTimes, rungs[higher] ?? Infinity).length;
  // The lower end is the promise, so it comes first and gets one round more.
  const isLowerNext = isBroken || (!isHeld && below <= above + 1);
  return rungs[isLowerNext ? lower : higher];
}

function patiently(
  trials: readonly Trial[],
  rungs: readonly number[],
  from: number,
  step: 1 | -1,
): number {
  let place = from;
  while (
    rungs[place + step] !== undefined &&
    trials.filter(({ times }) => times === rungs[place]).length >= PATIENCE_ROUNDS
  ) {
    place += step;
  }
  return place;
}
