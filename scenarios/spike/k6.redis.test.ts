import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { judgeInputOf, parseRecord } from '../../results/record.ts';
import type { StressRecord } from '../../results/schema.ts';
import { isRunning } from '../provision/is-running.fixture.ts';
import { type K6, provisionK6 } from '../provision/k6.ts';
import { parseSpikeOptions } from './options.ts';
import { runSpike } from './run-spike.ts';
import { STREAMS } from './traffic.ts';

/*
 * The whole of a spike, only short: real servers, real k6, a warm-up round and a measured one. Its
 * figures decide nothing; that they are there, in every arm, shows that the parts fit together.
 */
const TINY = {
  rounds: '1',
  window: '1',
  guard: '0.2',
  neighbours: '4',
  neighbourRate: '50',
  hotRate: '500',
  seed: '3',
  // As long as it takes: no round is repeated, however busy the machine is.
  maxDuration: '18',
};
const PLANNED = { hit: 176, miss: 24, ordinary: 100, hot: 500 };
const BUILD_TIMEOUT_MS = 10 * 60_000;
const RUN_TIMEOUT_MS = 120_000;

interface Ran {
  readonly record: StressRecord;
  /** Command lines of the processes that there were during the windows, by their ids. */
  readonly processes: ReadonlyMap<number, string>;
}

let folder: string;
let k6: K6;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-real-k6-'));
  k6 = await provisionK6();
}, BUILD_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runTiny(k6Path: string): Promise<Ran> {
  const processes = new Map<number, string>();
  const record = await runSpike(
    parseSpikeOptions(TINY, () => 0),
    {
      env: { ...process.env, K6_BIN: k6Path },
      signal: new AbortController().signal,
      progress: {
        say: () => {},
        advance: () => {
          for (const [pid, command] of listDescendants(process.pid)) processes.set(pid, command);
        },
        finish: () => {},
      },
    },
  );
  return { record, processes };
}

/** The same k6 as one that lacks our module looks to provisioning: bundles do without it. */
function withoutOwnModule(real: string): string {
  const path = join(folder, 'k6-without-module');
  const refuse = `[ "$1" = inspect ] && grep -q k6/x/partywall "$2" && exit 107`;
  writeFileSync(path, `#!/bin/sh\n${refuse}\nexec '${real}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function listDescendants(ofPid: number): Map<number, string> {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const found = new Map<number, string>();
  const visit = (parent: number) => {
    for (const row of rows) {
      if (!row || Number(row[2]) !== parent) continue;
      const command = row[3] ?? '';
      // esbuild keeps one process for all bundles of this one, and ends with it.
      if (/^ps |esbuild/.test(command)) continue;
      found.set(Number(row[1]), command);
      visit(Number(row[1]));
    }
  };
  visit(ofPid);
  return found;
}

async function expectWhole({ record, processes }: Ran): Promise<void> {
  expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
  expect(record.rounds.map(({ round, discarded }) => [round, discarded])).toEqual([
    [0, true],
    [1, false],
  ]);
  for (const { windows } of record.rounds) {
    const arms = new Set(windows.map(({ arm }) => arm));
    expect([...arms].sort()).toEqual(['baseline', 'placebo', 'spike']);
  }
  expectLoad(record);
  await expectAllEnded(processes);
}

/** A loaded machine may keep a part from being made, or from being answered in time; not most. */
function expectLoad(record: StressRecord): void {
  const windows = judgeInputOf(record).rounds.flatMap((round) => round.windows);
  for (const { arm, offeredNeighbours, offeredHot, neighbours } of windows) {
    expect(offeredNeighbours.plannedCount).toBe(PLANNED.hit + PLANNED.miss);
    expect(offeredNeighbours.servedCount).toBeGreaterThan(offeredNeighbours.plannedCount / 2);
    expect(offeredHot.plannedCount).toBe(arm === 'baseline' ? PLANNED.ordinary : PLANNED.hot);
    expect(offeredHot.servedCount).toBeGreaterThan(offeredHot.plannedCount / 2);
    expect(offeredHot.droppedCount).toBeLessThan(PLANNED.hot / 2);
    for (const stream of STREAMS) {
      const answered = neighbours.map((one) => one[stream].latencyUs.totalCount);
      expect(answered.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(PLANNED[stream] / 2);
    }
  }
}

async function expectAllEnded(processes: ReadonlyMap<number, string>): Promise<void> {
  const commands = [...processes.values()];
  for (const program of [/neighbours\.k6\.mjs/, /hot-tenant\.k6\.mjs/, /redis-server/, /backend/]) {
    expect(commands.some((command) => program.test(command))).toBe(true);
  }
  const left = [...processes].filter(([pid]) => isRunning(pid)).map(([, command]) => command);
  expect(left).toEqual([]);
  // The watchdog goes by itself when there is nothing left to watch.
  await vi.waitFor(() => expect([...listDescendants(process.pid).values()]).toEqual([]));
}

describe('a short spike', { timeout: RUN_TIMEOUT_MS }, () => {
  it('ends in a whole record with a k6 that has our module', async (context) => {
    if (!k6.hasOwnModule) context.skip(`${k6.path} has k6/x/redis only`);

    await expectWhole(await runTiny(k6.path));
  });

  it('ends in a whole record with a k6 that has k6/x/redis only', async () => {
    await expectWhole(await runTiny(withoutOwnModule(k6.path)));
  });
});

describe('a run that is killed', { timeout: RUN_TIMEOUT_MS }, () => {
  it('takes all that it started along', async () => {
    const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const flags = Object.entries(TINY).map(([name, value]) => [flagOf(name), value]);
    const args = ['run', 'spike', ...flags.flat(), '--json', join(folder, 'killed.json')];
    const run = spawn(process.execPath, ['--import', tsx, cli, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, K6_BIN: k6.path, REDIS_URL: '' },
      detached: true,
    });
    let said = '';
    for await (const text of run.stderr) {
      said += text;
      if (said.includes('calibrating')) break;
    }
    const programs = [/neighbours\.k6\.mjs/, /hot-tenant\.k6\.mjs/, /redis-server/, /backend/];
    const processes = await vi.waitFor(
      () => {
        const found = listDescendants(run.pid ?? 0);
        const commands = [...found.values()];
        for (const one of programs) expect(commands.some((text) => one.test(text))).toBe(true);
        return found;
      },
      { timeout: 10_000, interval: 50 },
    );

    process.kill(-(run.pid ?? 0), 'SIGKILL');

    const left = () => [...processes].filter(([pid]) => isRunning(pid)).map(([, text]) => text);
    await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 5_000, interval: 50 });
  });

  const flagOf = (name: string) =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
});
