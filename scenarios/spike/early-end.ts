import type { JudgeInput } from '../../results/judgement.ts';
import type { RoundMeasurement } from '../../results/window.ts';

/** A run that ended before its judge had decided. */
export interface Unfinished {
  readonly measured: Omit<JudgeInput, 'ended'>;
  /** The round whose tries so far do not count, since it was to be measured again. */
  readonly awaited: number | undefined;
}

/**
 * Its time was over. A round whose next try the time did not allow counts as little as one that was
 * cut off. Where no other counts it stays: its gates say why nothing was found out. Pure.
 */
export function endByTime({ measured, awaited }: Unfinished): JudgeInput {
  const others = measured.rounds.filter(({ round, discarded }) => !discarded && round !== awaited);
  const rounds = others.length === 0 ? measured.rounds : withoutRound(measured.rounds, awaited);
  return { ...measured, rounds, ended: 'time' };
}

/**
 * It broke off. One that was asked to stop did so, whatever else failed on its way out: it decides
 * nothing, and the gates of a round that was being measured again make it no INVALID one. Pure.
 * @returns undefined where nothing was measured that could be kept
 */
export function endByFault(
  fault: Error,
  { measured, awaited }: Unfinished,
  wasAsked: boolean,
): { readonly input: JudgeInput; readonly failure?: Error } | undefined {
  const rounds = withoutRound(measured.rounds, awaited);
  const input = { ...measured, rounds, ended: 'interrupted' as const };
  if (wasAsked) return { input };
  return rounds.length === 0 ? undefined : { input, failure: fault };
}

function withoutRound(
  rounds: readonly RoundMeasurement[],
  left: number | undefined,
): RoundMeasurement[] {
  return rounds.map((one) => (one.round === left ? { ...one, discarded: true } : one));
}
