/**
 * When the judge may look, and what a t statistic must reach there.
 *
 * Looking four times at level alpha each would err more often than alpha. Each look therefore gets
 * a share of alpha: the one-sided p-value of t must not exceed `share * alpha`. The shares were
 * found by simulation of normal rounds at the margin (`sequential-calibration.ts` prints them
 * again); O'Brien-Fleming values, which are made for z, are too liberal at 5 degrees of freedom.
 *
 * The shares of a PASS grow with the square root of the rounds, so that a noisy cell still has
 * power at the last look. The shares of a FAIL are equal: harm should be told early. They are
 * calibrated at alpha / 50 and hold below .05 for every alpha from there up, which Holm needs.
 */
export interface Look {
  /** 1 for the first look. */
  readonly index: number;
  readonly of: number;
  /** Share of `alpha.pass`, and of Holm's part of `alpha.fail`, that may be spent at this look. */
  readonly passShare: number;
  readonly failShare: number;
}

/** Measured rounds after which `--rounds auto` looks: whole blocks of the six orders of arms. */
export const lookRounds: readonly number[] = [6, 12, 18, 24];

/** One-sided error rates over a whole run: of each route to PASS, and of FAIL. */
export const alpha = { pass: 0.025, fail: 0.05 } as const;

/** Printed by `npx tsx results/sequential-calibration.ts`; the test simulates them again. */
export const shares = {
  pass: [0.224, 0.317, 0.388, 0.448],
  fail: [0.284, 0.284, 0.284, 0.284],
} as const;

/** Tail probabilities of the bounds that decide: the upper one for PASS, the lower for FAIL. */
export interface Tails {
  readonly pass: number;
  readonly fail: number;
}

export function tailsAt(look: Look): Tails {
  return { pass: look.passShare * alpha.pass, fail: look.failShare * alpha.fail };
}

const onlyLook: Look = { index: 1, of: 1, passShare: 1, failShare: 1 };

/**
 * The look that a decision after `measuredRounds` counts as. A run that its time limit ends between
 * two looks is judged as at the next one: fewer rounds there, never more of alpha.
 */
export function lookAfter(measuredRounds: number, plan: number | 'auto'): Look {
  if (plan !== 'auto') return onlyLook;
  const next = lookRounds.findIndex((rounds) => measuredRounds <= rounds);
  const at = next === -1 ? lookRounds.length - 1 : next;
  return {
    index: at + 1,
    of: lookRounds.length,
    passShare: shares.pass[at] ?? 0,
    failShare: shares.fail[at] ?? 0,
  };
}

/** True where the plan lets a decision be taken after this many measured rounds. */
export function isLook(measuredRounds: number, plan: number | 'auto'): boolean {
  return plan === 'auto' ? lookRounds.includes(measuredRounds) : measuredRounds === plan;
}

/** True where no more rounds are planned. */
export function isLastLook(measuredRounds: number, plan: number | 'auto'): boolean {
  return measuredRounds >= mostRounds(plan);
}

/** Rounds that a plan measures at most. */
export function mostRounds(plan: number | 'auto'): number {
  return plan === 'auto' ? (lookRounds.at(-1) ?? 0) : plan;
}
