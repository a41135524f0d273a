import { type Schedule, slotMs } from './schedule.ts';

/** From the start of k6 to slot 0: it starts up, and every virtual user connects and warms up. */
export const START_UP_MS = 6000;

type Length = Pick<Schedule, 'guardMs' | 'windowMs'>;

/** How long a run of so many rounds takes; the last slot's samples come in one slot more. */
export function runMs(length: Length, roundCount: number, armsARound: number): number {
  return START_UP_MS + (roundCount * armsARound + 1) * slotMs(length);
}

/** Most rounds of which the run ends in time. */
export function fittingRounds(length: Length, armsARound: number, maxDurationMs: number): number {
  const slots = Math.floor((maxDurationMs - START_UP_MS) / slotMs(length)) - 1;
  return Math.max(0, Math.floor(slots / armsARound));
}
