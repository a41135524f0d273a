import { mostRounds } from '../results/sequential.ts';
import { hidePassword } from './provision/unsuitable-redis-error.ts';
import { type SpikeOptions, wantsPlacebo } from './spike/options.ts';
import { runMs } from './spike/run-length.ts';
import { slotLength, slotMs, slotsARound } from './spike/schedule.ts';

/** For `--plan`: what a run would start, touch and take, in lines of at most 80 columns. */
export function describeSpike(options: SpikeOptions): string {
  const hasPlacebo = wantsPlacebo(options);
  const neighbours = options.neighbours * options.neighbourRatePerSecond;

  return [
    'would start',
    ...describeServers(options, hasPlacebo),
    `  back-end stand-in, ${hasPlacebo ? 'two processes' : 'one process'}: ${options.backendWorkers} workers, ${options.backendMs} ms a load`,
    '  k6, two processes: neighbours; hot tenant in the lowest scheduling class',
    'would load',
    `  ${options.neighbours} neighbours, ${options.neighbourRatePerSecond}/s each: ${neighbours}/s`,
    `  hot tenant, ${options.ordinaryRatePerSecond}/s, in the spike ${options.hotRatePerSecond}/s`,
    `  protections off: ${options.without.join(', ') || 'none'}`,
    'would touch',
    `  keys of the tenants of this run only${options.namespace === '' ? '' : `, in namespace ${options.namespace}`}; no FLUSH`,
    'would take',
    ...describeDuration(options, hasPlacebo),
    `would judge against a rise of ${options.maxRisePercent} %, seed ${options.seed}`,
  ].join('\n');
}

export function describeServers(options: SpikeOptions, hasPlacebo: boolean): string[] {
  const { redis, placeboRedis } = options;
  if (redis === undefined) return ['  two embedded Redis servers on free ports of the loopback'];
  const placebo = placeboRedis === undefined ? [] : [`, placebo ${hidePassword(placeboRedis)}`];
  const shared = `  no Redis; it attaches to ${hidePassword(redis)}${placebo.join('')}`;
  return hasPlacebo ? [shared] : [shared, '  no placebo: the verdict will be unadjusted'];
}

/** One discarded round comes first; calibration and set-up come on top. */
function describeDuration(options: SpikeOptions, hasPlacebo: boolean): string[] {
  const arms = hasPlacebo ? 3 : 2;
  const roundMs = slotsARound(arms) * slotMs(slotLength(options));
  const rounds = mostRounds(options.rounds);
  const wholeMs = runMs(options, rounds + 1, arms);
  const limitMs = Math.min(wholeMs, options.maxDurationMs);
  const upTo = options.rounds === 'auto' ? 'up to ' : '';

  return [
    `  a discarded round and ${upTo}${rounds} rounds of ${seconds(roundMs)} s: ${upTo}${seconds(limitMs)} s`,
    '  and before that, set-up and calibration',
  ];
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}
