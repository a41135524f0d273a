import type { BreakpointRunOptions } from './breakpoint/options.ts';
import { describeServers } from './describe-spike.ts';
import { wantsPlacebo } from './spike/options.ts';

/** For `--plan`: what a breakpoint run would start, touch and take, in lines of 80 columns. */
export function describeBreakpoint(options: BreakpointRunOptions): string {
  const { spike, without, settings, mostTimes, atLeastTimes } = options;
  const hasPlacebo = wantsPlacebo(spike);
  const ordinary = spike.ordinaryRatePerSecond;
  const top =
    mostTimes === undefined
      ? 'until it breaks, or the generators can offer no more'
      : `to ${mostTimes} times (${mostTimes * ordinary}/s) at most`;
  const names = settings.map((isProtected) =>
    isProtected ? 'all protections' : `without ${without.join(', ')}`,
  );
  return [
    'would start',
    ...describeServers(spike, hasPlacebo),
    `  back-end stand-in, ${hasPlacebo ? 'two processes' : 'one process'}: ${spike.backendWorkers} workers, ${spike.backendMs} ms a load`,
    '  k6, two processes: neighbours; hot tenant in the lowest scheduling class',
    'would load',
    `  ${spike.neighbours} neighbours, ${spike.neighbourRatePerSecond}/s each: ${spike.neighbours * spike.neighbourRatePerSecond}/s`,
    `  hot tenant, from 5 times its ordinary ${ordinary}/s up,`,
    `  ${top}`,
    `  in turns: ${names.join('; ')}`,
    'would touch',
    `  keys of the tenants of this run only${spike.namespace === '' ? '' : `, in namespace ${spike.namespace}`}; no FLUSH`,
    'would take',
    `  up to ${spike.maxDurationMs / 1000} s, and before that, set-up and calibration`,
    `would look for a rise of ${spike.maxRisePercent} %${atLeastTimes === undefined ? '' : `, and fail if it comes before ${atLeastTimes} times`}, seed ${spike.seed}`,
  ].join('\n');
}
