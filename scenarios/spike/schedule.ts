import type { Arm } from '../../results/window.ts';
import { mix } from './mix.ts';

/**
 * The run as a grid in time: slot k lasts `guardMs + windowMs` from `epochMs` on, its guard first.
 * A round has {@link PARTS} slots an arm. Pure arithmetic, so that k6 and the runner agree without
 * talking to each other.
 */
export interface Schedule {
  /** Wall clock (milliseconds since 1970) at which slot 0 begins. */
  readonly epochMs: number;
  readonly guardMs: number;
  readonly windowMs: number;
  /** The arm of each slot, round by round. */
  readonly arms: readonly Arm[];
}

/**
 * An arm's window of a round is measured in parts, every other one in mirrored order (B P S, S P B,
 * ...): what the host gains or loses in the course of a round then falls on all arms alike. Whole
 * windows one after the other spread twice as much from round to round.
 */
export const PARTS = 4;

/** Slots of a round with so many arms. */
export function slotsARound(armCount: number, parts = PARTS): number {
  return armCount * parts;
}

/** The length of a slot, given how long an arm's window of a round is in all. */
export function slotLength(whole: Length): Length {
  return { guardMs: whole.guardMs, windowMs: whole.windowMs / PARTS };
}

export type Length = Pick<Schedule, 'guardMs' | 'windowMs'>;

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
export function drawArms(seed: number, roundCount: number, parts = PARTS): Arm[] {
  const arms: Arm[] = [];
  let block: (readonly Arm[])[] = [];
  for (let round = 0; round < roundCount; round++) {
    if (round % ORDERS.length === 0) block = shuffle(ORDERS, mix(seed, round));
    const order = block[round % ORDERS.length];
    if (!order) continue;
    const mirrored = [...order].reverse();
    for (let part = 0; part < parts; part++) arms.push(...(part % 2 === 0 ? order : mirrored));
  }
  return arms;
}

export function slotMs({ guardMs, windowMs }: Length): number {
  return guardMs + windowMs;
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
