import { infoFigure } from './redis-info.ts';

/** Below some thousand calls a second of idle housekeeping would be counted as theirs. */
const CALLS_PER_SECOND_LEAST = 2_000;

/**
 * Thread time of one call of a client between two readings of INFO with its commandstats, in
 * microseconds; undefined where the server was idle or does not tell.
 *
 * Redis counts what a script calls as commands, too. With this cache's scripts a call is a script,
 * whatever it calls inside. Where other scripts ran, what clients called is not known.
 *
 * @param isOurs whether the server holds entries of this cache
 */
export function commandUs(
  before: string,
  after: string,
  seconds: number,
  isOurs: boolean,
): number | undefined {
  const rise = (name: string) =>
    (infoFigure(after, name) ?? Number.NaN) - (infoFigure(before, name) ?? Number.NaN);
  const scripts = scriptCalls(after) - scriptCalls(before);
  if (!isOurs && scripts > 0) return undefined;
  const calls = isOurs ? scripts : rise('total_commands_processed');
  const threadSeconds = rise('used_cpu_user_main_thread') + rise('used_cpu_sys_main_thread');
  const isKnown = calls / seconds >= CALLS_PER_SECOND_LEAST && Number.isFinite(threadSeconds);
  return isKnown ? (1e6 * threadSeconds) / calls : undefined;
}

/** What runs a script or a function of the server, as commandstats name it. */
const SCRIPT_CALLS = /^cmdstat_(?:eval|evalsha|fcall)(?:_ro)?:calls=(\d+)/gm;

function scriptCalls(text: string): number {
  return [...text.matchAll(SCRIPT_CALLS)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
