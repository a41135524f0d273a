import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from '../provision/is-running.fixture.ts';
import { K6Error, type K6Process, type K6ProcessOptions, startK6 } from './k6-process.ts';

let folder: string;
let lines: string[];
let started: K6Process[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-fake-k6-'));
  lines = [];
  started = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const { pid } of started) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A k6 that is a shell script; it speaks on standard error, as k6 does. */
function start(body: string, settings: Partial<K6ProcessOptions> = {}): K6Process {
  const k6 = join(folder, 'k6');
  writeFileSync(k6, `#!/bin/sh\n${body}\n`);
  chmodSync(k6, 0o755);
  const k6Process = startK6({
    k6,
    script: 'load.mjs',
    planEnv: { PARTYWALL_PLAN: '/plans/plan.json' },
    prefix: [],
    env: { PATH: process.env['PATH'] },
    processors: 2,
    onLine: (line) => lines.push(line),
    ...settings,
  });
  started.push(k6Process);
  return k6Process;
}

/** The script says `ready` once its traps are set: only then is it told anything. */
const ready = () => vi.waitFor(() => expect(lines).toContain('ready'), { timeout: 20_000 });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const untilStopped = 'echo ready >&2; while :; do sleep 0.05; done';

/** A child that hears no interrupt and holds the output, as a real k6 behind a launcher may. */
const behind = 'sleep 600 & echo "real $!" >&2';
const realPid = () => Number(lines.find((line) => line.startsWith('real '))?.slice(5));

describe('a k6 at work', () => {
  it('delivers its lines one by one, and ends', async () => {
    const k6 = start(`printf 'PW1 hit 0 1 1,2,3,0\\nPWH1 0 1 2\\nlast, without an end' >&2`);

    await k6.ended;

    expect(lines).toEqual(['PW1 hit 0 1 1,2,3,0', 'PWH1 0 1 2', 'last, without an end']);
  });

  it('delivers long lines whole', async () => {
    const k6 = start(`head -c 300000 /dev/zero | tr '\\0' x >&2; echo >&2; echo end >&2`);

    await k6.ended;

    expect(lines.map(({ length }) => length)).toEqual([300_000, 3]);
  });

  it('knows its script, its plan and how many processors it may use', async () => {
    const k6 = start(
      'for part in "$@" "$PARTYWALL_PLAN" "$GOMAXPROCS" "$GOGC" "$K6_NO_USAGE_REPORT"; do echo "$part" >&2; done',
    );

    await k6.ended;

    expect(lines[0]).toBe('run');
    expect(lines.slice(-5)).toEqual(['load.mjs', '/plans/plan.json', '2', '400', 'true']);
  });

  it('does not see the settings of k6 in the environment of the user, but finds its extension', async () => {
    const settings = {
      ...{
        K6_DURATION: '1s',
        K6_LOG_OUTPUT: 'none',
        K6_CONSOLE_OUTPUT: '/dev/null',
        K6_OUT: 'csv',
      },
      ...{ K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_BUILD_SERVICE_URL: 'http://builds.example' },
    };
    const k6 = start('env | grep ^K6_ | sort >&2', {
      env: { PATH: process.env['PATH'], ...settings },
    });

    await k6.ended;

    expect(lines).toEqual([
      'K6_BUILD_SERVICE_URL=http://builds.example',
      'K6_NO_USAGE_REPORT=true',
    ]);
  });

  it('is started through what lowers its priority, as the same process', async () => {
    const k6 = start('echo "$LOWERED $$" >&2', { prefix: ['env', 'LOWERED=yes'] });

    await k6.ended;

    expect(lines).toEqual([`yes ${k6.pid}`]);
  });
});

describe('a k6 that fails', () => {
  it('says why in its own words', async () => {
    const k6 = start(`echo 'GoError: no such module: k6/x/redis' >&2; exit 107`);

    await expect(k6.ended).rejects.toThrow(K6Error);
    await expect(k6.ended).rejects.toThrow(
      'k6 ended with exit code 107\n  GoError: no such module: k6/x/redis',
    );
  });

  it('has its words kept apart from any number of sample lines', async () => {
    const k6 = start(`echo 'panic: out of memory' >&2
      for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        echo "PW1 hit $i 1 1,2,3,0" >&2; echo "PWH1 $i 1 2" >&2
      done
      exit 2`);

    await expect(k6.ended).rejects.toThrow(/^k6 ended with exit code 2\n {2}panic: out of memory$/);
  });

  it('has no more than its last words kept', async () => {
    const k6 = start('for i in $(seq 1 500); do echo "warning $i" >&2; done; exit 1');

    const error = await k6.ended.catch((reason: Error) => reason);

    const words = String(error).split('\n');
    expect(words.at(-1)).toBe('  warning 500');
    expect(words.length).toBeLessThanOrEqual(21);
  });

  it('is told from one that ended as it should when something killed it', async () => {
    const k6 = start('kill -9 $$');

    await expect(k6.ended).rejects.toThrow('k6 was ended by SIGKILL');
  });

  it('is told of, and ended, where the real one goes on without it', async () => {
    const k6 = start(`${behind}\nkill -9 $$`);

    await expect(k6.ended).rejects.toThrow('k6 was ended by SIGKILL');

    await vi.waitFor(() => expect(isRunning(realPid())).toBe(false));
  });

  it('is reported where it is not there at all, and can be stopped all the same', async () => {
    const k6 = start('', { k6: join(folder, 'no-such-k6') });

    await expect(k6.ended).rejects.toThrow('ENOENT');
    await k6.stop();
  });
});

describe('stopping', () => {
  it('interrupts k6 and lets it finish', async () => {
    const k6 = start(`trap 'echo finished >&2; exit 105' INT\n${untilStopped}`);
    await ready();

    await k6.stop();

    expect(lines).toEqual(['ready', 'finished']);
    await expect(k6.ended).resolves.toBeUndefined();
    expect(isAlive(k6.pid)).toBe(false);
  });

  it('takes no end amiss once k6 was told to', async () => {
    const k6 = start(`trap 'exit 3' INT\n${untilStopped}`);
    await ready();

    await k6.stop();

    await expect(k6.ended).resolves.toBeUndefined();
  });

  it('kills a k6 that ignores it, six seconds later and not sooner', async () => {
    const k6 = start(`trap '' INT\n${untilStopped}`);
    await ready();

    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stopped = k6.stop();
    await vi.advanceTimersByTimeAsync(5_999);
    expect(isAlive(k6.pid)).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    await stopped;

    expect(isAlive(k6.pid)).toBe(false);
    await expect(k6.ended).resolves.toBeUndefined();
  });

  it('reaches the real k6 behind one that only waits for it', async () => {
    const real = `trap "echo finished >&2; exit 0" INT; ${untilStopped}`;
    const k6 = start(`sh -c '${real}'\nexit $?`);
    await ready();

    await k6.stop();

    expect(lines).toEqual(['ready', 'finished']);
  });

  it('ends a real k6 that outlives the one that was to wait for it', async () => {
    const k6 = start(`${behind}\ntrap 'exit 105' INT\n${untilStopped}`);
    await ready();

    await k6.stop();

    await vi.waitFor(() => expect(isRunning(realPid())).toBe(false));
  });

  it('may be asked for twice, and after the end', async () => {
    const k6 = start(`trap 'exit 105' INT\n${untilStopped}`);
    await ready();

    await Promise.all([k6.stop(), k6.stop()]);
    await k6.stop();

    expect(isAlive(k6.pid)).toBe(false);
  });

  it('leaves nothing behind in the process that started it', async () => {
    const listeners = process.listenerCount('exit');

    await start('exit 0').ended;
    await start('exit 9').ended.catch(() => {});

    await vi.waitFor(() => expect(process.listenerCount('exit')).toBe(listeners));
  });
});
