import { counted } from './counted.ts';

/** How rare an event so many rounds could still have missed, in words. */
export function sayMissed(measuredRounds: number, missedRoundRatio: number): string {
  const rounds = counted(measuredRounds, 'round');
  if (missedRoundRatio >= 1)
    return `${rounds} could have missed anything that some rounds are without`;
  const percent = (100 * missedRoundRatio).toFixed(0);
  return `${rounds} could still have missed an event that happens in fewer than ${percent} % of rounds`;
}
