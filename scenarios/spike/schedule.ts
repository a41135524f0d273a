import type { Arm } from '../../results/window.ts';
import { mix } from './mix.ts';

/**
 * The run as a grid in time: slot k lasts `guardMs + windowMs` from `epochMs` on, its guard first.
 * Three slots in a row are a round. Pure arithmetic, so that k6 and the runner agree without
 * talking to each other.
 */
export interface Schedule {
  /** Wall clock (milliseconds since 1970) at which slot 0 begins. */
  readonly epochMs: number;
  readonly guardMs: number;
  readonly windowMs: number;
  /** The arm of each slot, three a round. */
  readonly arms: readonly Arm[];
}

const ORDERS: readonly (readonly Arm[])[] = [
  ['baseline', 'placebo', 'spike'],
  ['baseline', 'spike', 'placebo'],
  ['placebo', 'baseline', 'spike'],
  ['placebo', 'spike', 'baseline'],
  ['spike', 'baseline', 'placebo'],
  ['spike', 'placebo', 'baseline'],
];

/**
 * Draws the order of arms: each block of six rounds holds all six permutations once, in an order
 * shuffled by the seed, so that neither a drift nor a carry-over can favour an arm.
 */
export function drawArms(seed: number, roundCount: number): Arm[] {
  const arms: Arm[] = [];
  let block: (readonly Arm[])[] = [];
  for (let round = 0; round < roundCount; round++) {
    if (round % ORDERS.length === 0) block = shuffle(ORDERS, mix(seed, round));
    const order = block[round % ORDERS.length];
    if (order) arms.push(...order);
  }
  return arms;
}

export function slotMs(schedule: Pick<Schedule, 'guardMs' | 'windowMs'>): number {
  return schedule.guardMs + schedule.windowMs;
}

/** The slot at a wall-clock time; negative before the epoch. */
export function slotAt(schedule: Schedule, wallMs: number): number {
  return Math.floor((wallMs - schedule.epochMs) / slotMs(schedule));
}

/** Where a slot's window (its guard left out) begins on the wall clock. */
export function windowStartMs(schedule: Schedule, slot: number): number {
  return schedule.epochMs + slot * slotMs(schedule) + schedule.guardMs;
}

function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const pick = mix(seed, last) % (last + 1);
    const held = shuffled[last] as T;
    shuffled[last] = shuffled[pick] as T;
    shuffled[pick] = held;
  }
  return shuffled;
}
