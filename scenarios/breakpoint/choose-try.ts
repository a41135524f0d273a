import type { BreakpointOptions } from '../../results/breakpoint/breakpoint-schema.ts';
import {
  ofSetting,
  reachableRungs,
  type Tried,
} from '../../results/breakpoint/judge-breakpoint.ts';
import { chooseRung } from './choose-rung.ts';

/** What the next round tries. */
export interface Try {
  readonly times: number;
  readonly isProtected: boolean;
}

/**
 * Settings take turns, so that both meet the same host, and so that all of a setting's rounds are
 * known when its next rate is chosen. One that is shown leaves its turns to the other. Undefined
 * where both are. Pure.
 */
export function chooseTry(
  round: number,
  tried: readonly Tried[],
  settings: readonly boolean[],
  options: BreakpointOptions,
): Try | undefined {
  const turn = round % settings.length;
  for (const isProtected of [...settings.slice(turn), ...settings.slice(0, turn)]) {
    const sorted = ofSetting(tried, isProtected);
    const { rungs, out } = reachableRungs(options.rungs, sorted);
    if (rungs.length === 0) continue;
    const times = chooseRung(sorted.trials, rungs, FIRST_TIMES, out !== undefined);
    if (times !== undefined) return { times, isProtected };
  }
  return undefined;
}

/** Where the ladder begins: what a busy day of an ordinary tenant may bring. */
const FIRST_TIMES = 5;
