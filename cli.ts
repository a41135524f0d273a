#!/usr/bin/env node
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { addAclCommand } from './property-tests/acl-command.ts';
import { addCheckCommand } from './property-tests/check-command.ts';
import { addLintCommand } from './property-tests/lint-command.ts';
import { addMutantsCommand } from './property-tests/mutants-command.ts';
import { addProveCommand } from './property-tests/prove-command.ts';
import { addBaselineCommand } from './results/baseline/baseline-command.ts';
import { addCompareCommand } from './results/compare/compare-command.ts';
import { compareSources } from './results/compare/compare-sources.ts';
import { addHistoryCommand } from './results/history/history-command.ts';
import {
  EXIT_BAD_INPUT,
  EXIT_MISSING_TOOL,
  EXIT_OWN_FAULT,
  exitCodeOfError,
} from './results/output/exit-codes.ts';
import { findPackageRoot } from './results/output/package-root.ts';
import { printable } from './results/output/printable.ts';
import type { Progress } from './results/output/progress.ts';
import { showProgress } from './results/output/show-progress.ts';
import { writeJson } from './results/output/write-json.ts';
import { addReleaseCommand } from './results/release/release-command.ts';
import { colorsFor } from './results/report.ts';
import { addReportCommand } from './results/report-command.ts';
import { addBenchCommand } from './scenarios/bench-command.ts';
import { breakpointCommand } from './scenarios/breakpoint-command.ts';
import { addBreakpointFlags } from './scenarios/breakpoint-flags.ts';
import { addControlsCommand } from './scenarios/controls-command.ts';
import { examine } from './scenarios/doctor/examine.ts';
import { prepare } from './scenarios/doctor/prepare.ts';
import { renderExamination } from './scenarios/doctor/render-examination.ts';
import { findOnPath } from './scenarios/provision/find-on-path.ts';
import { readGitRevision, readHost } from './scenarios/provision/host.ts';
import { startRedis } from './scenarios/provision/redis.ts';
import { hidePasswords } from './scenarios/provision/unsuitable-redis-error.ts';
import { watchOver } from './scenarios/provision/watchdog.ts';
import { spikeCommand } from './scenarios/spike-command.ts';
import { addSpikeFlags } from './scenarios/spike-flags.ts';
import { addPlanCommand } from './simulator/plan-command.ts';
import { addSimulateCommand } from './simulator/simulate-command.ts';
import { addValidateCommand } from './simulator/validate-command.ts';

const EXIT_CODES_HELP = `
Exit codes:
  0   pass                     64  bad input or usage
  1   fail                     69  a tool or server is missing
  2   inconclusive or invalid  70  our own fault`;

const DOCTOR_EXAMPLES = `
Examples:
  $ partywall doctor             what is there, what is missing
  $ partywall doctor --prepare   build k6 now, not at the first run
  $ partywall doctor --json -    the same as JSON`;

/** The commands; each calls one function of one folder and returns its exit code. */
function makeProgram(exitWith: (code: number) => void): Command {
  const program = new Command('partywall')
    .description('Proves that the wall between the tenants of a shared Redis cache holds.')
    .version(readVersion(), '-V, --version')
    .showHelpAfterError('(partywall --help shows the commands and options)')
    .addHelpText('after', EXIT_CODES_HELP)
    // What was mistyped is told again, and may hold a password.
    .configureOutput({ outputError: (text, write) => write(hidePasswords(text)) })
    .exitOverride();

  program
    .command('doctor')
    .description('shows what was found on this machine and what each instrument still needs')
    .option('--json <file>', 'write the findings as JSON; - is standard output')
    .option('--prepare', 'first make what the first run would make: build k6, compile Redis')
    .option('--quiet', 'no progress')
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async (options: DoctorOptions) => exitWith(await doctor(options)));

  const run = program
    .command('run')
    .description('puts a real load on a real Redis and judges what the neighbours felt');
  addSpikeFlags(run.command('spike'))
    .description('does a spike of one tenant raise the latency of its neighbours?')
    .action(async (flags: Record<string, unknown>) => {
      // Loaded where needed: doctor works also where the core was not built yet.
      const { runSpike } = await import('./scenarios/spike/run-spike.ts');
      exitWith(await spikeCommand(flags, runSpike));
    });

  addBreakpointFlags(run.command('breakpoint'))
    .description('how many times its ordinary rate may a tenant ask before neighbours feel it?')
    .action(async (flags: Record<string, unknown>) => {
      const { runBreakpoint } = await import('./scenarios/breakpoint/run-breakpoint.ts');
      exitWith(await breakpointCommand(flags, runBreakpoint));
    });

  addControlsCommand(run, exitWith, async () => {
    const { runSpike } = await import('./scenarios/spike/run-spike.ts');
    return runSpike;
  });

  addAclCommand(program, exitWith);
  addLintCommand(program, exitWith);
  addCheckCommand(program, exitWith, { startRedis, readHost, readGitRevision });
  addProveCommand(program, exitWith, {
    embedRedis: (onProgress) => startRedis({ name: 'prove', onProgress }),
    findRedisBinary: () => findOnPath('redis-server', process.env),
    watchOver,
    readHost,
    readGitRevision,
  });
  addMutantsCommand(program, exitWith, { readHost, readGitRevision });
  addReportCommand(program, exitWith);
  addCompareCommand(program, compareSources, exitWith);
  addBaselineCommand(program, exitWith);
  addHistoryCommand(program, exitWith);
  addReleaseCommand(program, exitWith);
  addSimulateCommand(program, exitWith, async () => {
    const provision = await import('./scenarios/provision/redis-embed.ts');
    return provision.embedRedis({ name: 'verify' });
  });
  addValidateCommand(program, exitWith, async () => {
    const { makeLiveServers } = await import('./scenarios/planned-load/live-servers.ts');
    return makeLiveServers(process.env);
  });
  addBenchCommand(
    program,
    exitWith,
    async () => {
      const { BARE_LRU, simulatorSpeeds } = await import('./simulator/speed-contenders.ts');
      return { contenders: simulatorSpeeds(), reference: BARE_LRU };
    },
    async () => {
      const { editing } = await import('./property-tests/mutants/build-mutated.ts');
      return editing;
    },
  );
  addPlanCommand(program, exitWith, async () => {
    const provision = await import('./scenarios/provision/redis.ts');
    return provision.startRedis({ name: 'measured' });
  });

  return program;
}

interface DoctorOptions {
  readonly json?: string;
  readonly prepare?: boolean;
  readonly quiet?: boolean;
}

async function doctor(options: DoctorOptions): Promise<number> {
  if (options.prepare) {
    const progress = openProgress(options.quiet ?? false);
    await prepare(process.env, progress.say);
    progress.finish();
  }
  const examination = await examine(process.env);
  if (options.json !== undefined) await writeJson(options.json, examination);
  if (options.json !== '-') {
    const text = renderExamination(examination, colorsFor(process.stdout, process.env));
    process.stdout.write(`${text}\n`);
  }

  const isReady = examination.instruments.every(({ missing }) => missing.length === 0);
  return isReady ? 0 : EXIT_MISSING_TOOL;
}

function openProgress(quiet: boolean): Progress {
  return showProgress({ stream: process.stderr, quiet, nowMs: () => performance.now() });
}

/** Runs one command line and returns the exit code; every error becomes a clear message. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    const program = makeProgram((code) => {
      exitCode = code;
    });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already said what was wrong; showing the help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_INPUT;
    return reportError(error);
  }
}

function reportError(error: unknown): number {
  const exitCode = exitCodeOfError(error);
  const said = error instanceof Error ? error.message : String(error);
  const message = printable(hidePasswords(said));
  if (exitCode !== EXIT_OWN_FAULT) {
    process.stderr.write(`${prefixLines(message)}\n`);
    return exitCode;
  }
  process.stderr.write(
    `partywall: internal error: ${message}\n` +
      'This is a fault of partywall. Please report it with the command line you used and the\n' +
      'output of `partywall doctor --json -`. PARTYWALL_DEBUG=1 shows where it happened.\n',
  );
  if (process.env['PARTYWALL_DEBUG'] && error instanceof Error) {
    process.stderr.write(`${hidePasswords(error.stack ?? '')}\n`);
  }
  return exitCode;
}

function prefixLines(message: string): string {
  return message
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : `partywall: ${line}`))
    .join('\n');
}

function readVersion(): string {
  const text = readFileSync(join(findPackageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** How long what was left open may keep the process, once its work is done. */
const LEFTOVERS_MS_MAX = 2_000;

function isMain(): boolean {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  // A reader or a terminal that went away is no fault of anybody: the run, its cleaning up and its
  // exit code are the same without one.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  process.on('uncaughtException', (error) => process.exit(reportError(error)));
  process.exitCode = await runCommandLine(process.argv.slice(2));
  // A user's module may have left a connection open, which would keep the process for ever.
  setTimeout(() => process.exit(), LEFTOVERS_MS_MAX).unref();
}
