import { describe, expect, it } from 'vitest';
import { commandUs } from './command-time.ts';

/** INFO of a server after so many seconds at 10,000 calls a second, 40 us of its thread each. */
function infoAfter(
  seconds: number,
  innerCommands: number,
  withScripts = innerCommands > 0,
): string {
  const calls = 10_000 * seconds;
  return [
    `total_commands_processed:${calls * (1 + innerCommands)}`,
    `used_cpu_user_main_thread:${(0.3 * seconds).toFixed(6)}`,
    `used_cpu_sys_main_thread:${(0.1 * seconds).toFixed(6)}`,
    '# Commandstats',
    withScripts
      ? `cmdstat_evalsha:calls=${calls},usec=1,usec_per_call=1.00`
      : `cmdstat_get:calls=${calls},usec=1,usec_per_call=1.00`,
    `cmdstat_hmget:calls=${calls * innerCommands},usec=1,usec_per_call=1.00`,
  ].join('\r\n');
}

describe('the time of a command', () => {
  it("is a script's where this cache is asked, whatever the script calls inside", () => {
    expect(commandUs(infoAfter(5, 9), infoAfter(7, 9), 2, true)).toBeCloseTo(40, 6);
  });

  it('is that of each command where no scripts run', () => {
    expect(commandUs(infoAfter(5, 0), infoAfter(7, 0), 2, false)).toBeCloseTo(40, 6);
  });

  it('is not known where scripts of others run', () => {
    expect(commandUs(infoAfter(5, 9), infoAfter(7, 9), 2, false)).toBeUndefined();
  });

  it('is not known of a server that was asked too little, scripts counted as one call each', () => {
    // 1,000 scripts a second of nine commands.
    expect(commandUs(infoAfter(5, 9), infoAfter(7, 9), 20, true)).toBeUndefined();
    expect(commandUs(infoAfter(5, 0), infoAfter(7, 0), 20, false)).toBeUndefined();
  });

  it('is not known where INFO is refused', () => {
    expect(commandUs('', '', 2, false)).toBeUndefined();
    expect(commandUs('', '', 2, true)).toBeUndefined();
  });
});
