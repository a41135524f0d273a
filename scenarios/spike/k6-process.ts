import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { withoutK6Settings } from '../provision/k6-environment.ts';
import { watchOver } from '../provision/watchdog.ts';
import type { PlanEnvironment } from './plan-file.ts';
import { groupOf, type ProcessGroup } from './process-group.ts';
import { isSampleLine } from './samples.ts';

export interface K6ProcessOptions {
  readonly k6: string;
  readonly script: string;
  /** What the script reads of its environment: where its plan is, and the servers. */
  readonly planEnv: PlanEnvironment;
  /** Put before the command: a lower scheduling class. */
  readonly prefix: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Processors that the Go runtime uses at once. */
  readonly processors: number;
  readonly onLine: (line: string) => void;
}

/** A running k6. */
export interface K6Process {
  readonly pid: number;
  /** Settles when it has ended by itself or was stopped; rejects where it failed. */
  readonly ended: Promise<void>;
  /** What it said last that was no sample. */
  readonly lastLines: readonly string[];
  /** Lets it finish what is in flight, then ends it the hard way. */
  stop(): Promise<void>;
}

/** k6 broke off: its own words are in the message. */
export class K6Error extends Error {
  override readonly name = 'K6Error';
}

const STOP_TIMEOUT_MS = 6000;
const LINES_KEPT = 20;
/** How k6 ends when it was told to: 105 after an interrupt. */
const EXITS_AS_TOLD = new Set([0, 105]);

/** Starts k6 on one bundled script; its console lines are the samples. */
export function startK6(options: K6ProcessOptions): K6Process {
  const [command = '', ...args] = [...options.prefix, options.k6, ...k6Arguments(options.script)];
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C reaches the whole process group; the runner decides when the load ends, for all of
    // this one: a k6 that resolved its extension waits for the real one, which is its child.
    detached: process.platform !== 'win32',
    env: {
      ...withoutK6Settings(options.env),
      ...options.planEnv,
      GOMAXPROCS: String(options.processors),
      GOGC: '400',
      K6_NO_USAGE_REPORT: 'true',
    },
  });
  const group = groupOf(child);
  const kill = () => group.signal('SIGKILL');
  process.once('exit', kill);
  const forgetWatch = watchOver(child.pid ?? 0);

  const lastLines: string[] = [];
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  lines.on('line', (line) => {
    options.onLine(line);
    if (isSampleLine(line)) return;
    lastLines.push(line.slice(0, 200));
    if (lastLines.length > LINES_KEPT) lastLines.shift();
  });

  let told = false;
  const ended = judgeEnd(group.closed, lastLines).then(
    () => undefined,
    (error) => {
      if (!told) throw error;
    },
  );
  ended
    .finally(() => {
      process.removeListener('exit', kill);
      forgetWatch();
    })
    .catch(() => {});
  return {
    pid: child.pid ?? 0,
    ended,
    lastLines,
    stop: async () => {
      told = true;
      await stopGroup(group);
    },
  };
}

function k6Arguments(script: string): string[] {
  const quiet = ['--quiet', '--no-usage-report', '--no-color', '--log-format', 'raw'];
  const unread = ['--no-summary', '--no-thresholds', '--address', ''];
  return ['run', ...quiet, ...unread, script];
}

async function judgeEnd(closed: ProcessGroup['closed'], lastLines: readonly string[]) {
  const [code, signal] = await closed;
  if (code !== null && EXITS_AS_TOLD.has(code)) return;
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  throw new K6Error([`k6 ${how}`, ...lastLines].join('\n  '));
}

async function stopGroup(group: ProcessGroup): Promise<void> {
  group.signal('SIGINT');
  const timer = setTimeout(() => group.signal('SIGKILL'), STOP_TIMEOUT_MS);
  await group.closed.catch(() => {});
  clearTimeout(timer);
}
