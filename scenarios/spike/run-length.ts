import { type Length, slotLength, slotMs, slotsARound } from './schedule.ts';

/** From the start of k6 to slot 0: it starts up, and every virtual user connects and warms up. */
export const START_UP_MS = 6000;

/**
 * How long a run of so many rounds takes; the last slot's samples come in one slot more.
 * @param length of an arm's whole window of a round, and of each guard
 */
export function runMs(length: Length, roundCount: number, armCount: number): number {
  const slots = roundCount * slotsARound(armCount) + 1;
  return START_UP_MS + slots * slotMs(slotLength(length));
}

/** Most rounds of which the run ends in time. */
export function fittingRounds(length: Length, armCount: number, maxDurationMs: number): number {
  const slots = Math.floor((maxDurationMs - START_UP_MS) / slotMs(slotLength(length))) - 1;
  return Math.max(0, Math.floor(slots / slotsARound(armCount)));
}
