import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { showReport } from '../beside-outputs.ts';
import { runLine } from '../compare/run-line.ts';
import { EXIT_INTERRUPTED } from '../output/exit-codes.ts';
import { watchInterruption } from '../output/interruption.ts';
import { BadInputError } from '../output/operating-errors.ts';
import { prepareFile, prepareFolder, prepareOutputs, unwritable } from '../output/record-file.ts';
import { showProgress } from '../output/show-progress.ts';
import { tryAll } from '../output/try-all.ts';
import { writeJson, writeText } from '../output/write-json.ts';
import { publishReports } from '../publish-reports.ts';
import { addReportFlags, type CiFlags } from '../report-command.ts';
import { exitCodeOfState } from '../summary.ts';
import { renderTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import {
  type ReleaseResult,
  type ReleaseStep,
  runReleaseCheck,
  stateWords,
  summariseRelease,
} from './release-check.ts';
import { releaseSteps } from './release-steps.ts';

const EXAMPLES = `
GO exits with 0; NO-GO with 1 where something failed, else with 2.

Examples:
  $ partywall release-check
  $ partywall release-check --skip mutants --allow-inconclusive
  $ partywall release-check --into out --markdown "$GITHUB_STEP_SUMMARY"`;

export interface ReleaseFlags extends CiFlags {
  readonly into: string;
  readonly skip?: string;
  readonly tests: string;
  readonly quiet?: boolean;
}

/** `partywall release-check`. */
export function addReleaseCommand(program: Command, exitWith: (code: number) => void): void {
  addReportFlags(program.command('release-check'))
    .description('tests, laws, mutants, a spike and the baseline: GO or NO-GO on one page')
    .option('--into <folder>', 'records and pages', join('.partywall', 'release-check'))
    .option('--skip <steps>', 'leaves steps out, and says so')
    .option('--tests <line>', 'runs the tests', 'npm test')
    .option('--json <file>', 'the result as JSON; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ReleaseFlags) => {
      const [, script = ''] = process.argv;
      const steps = releaseSteps({
        run: runLine,
        partywall: (...args) => [process.execPath, ...process.execArgv, script, ...args],
        commands: new Set(program.commands.map((command) => command.name())),
        tests: flags.tests,
        folder: process.cwd(),
        into: flags.into,
      });
      exitWith(await releaseCommand(steps, flags));
    });
}

/** Runs the steps, writes the page beside their records; the exit code is GO or NO-GO. */
export async function releaseCommand(
  steps: readonly ReleaseStep[],
  flags: ReleaseFlags,
): Promise<number> {
  const { into, quiet = false, json, annotations, allowInconclusive = false } = flags;
  const skip = parseSkip(flags.skip, steps);
  const html = flags.html ?? join(into, 'index.html');
  const own = join(into, 'release-check.json');
  const left = steps.flatMap(({ leaves = [] }) => leaves).map((name) => join(into, name));
  await prepareFolder(into, '--into');
  await tryAll([
    () => prepareOutputs({ ...flags, html }, { taken: [own, ...left] }),
    () => prepareFile(own, '--into'),
  ]);
  // A step must never be judged by what an earlier check left behind.
  await tryAll(left.map((file) => () => removeFile(file)));
  const result = await runWatched(steps, { skip, allowInconclusive, quiet });
  const summary = summariseRelease(result);
  const outputs = { ...flags, html };
  await showReport(() => `${renderRelease(result)}\nPage: ${html}`, outputs, quiet);
  await tryAll([
    async () => {
      if (json === undefined) return;
      await writeJson(json, { kind: 'release-check', version: 1, word: summary.word, ...result });
    },
    () =>
      publishReports(outputs, {
        summary,
        page: async () => (await import('./release-page.ts')).renderReleasePage(result),
        annotate: annotations ? 'package.json' : undefined,
        allowInconclusive,
      }),
    () => writeText(own, `${JSON.stringify(result)}\n`, '--into'),
  ]);
  return exitCodeOfState(summary.state, { allowInconclusive });
}

async function removeFile(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw new BadInputError([unwritable('--into', file, error)]);
  }
}

async function runWatched(
  steps: readonly ReleaseStep[],
  { quiet, ...rules }: { skip: readonly string[]; allowInconclusive: boolean; quiet: boolean },
): Promise<ReleaseResult> {
  const progress = showProgress({ stream: process.stderr, quiet, nowMs: () => performance.now() });
  const { signal, forget } = watchInterruption(progress.say, () => process.exit(EXIT_INTERRUPTED));
  try {
    return await runReleaseCheck(steps, { ...rules, now: Date.now, signal, progress });
  } finally {
    progress.finish();
    forget();
  }
}

function renderRelease(result: ReleaseResult): string {
  const { word, sentence, reasons } = summariseRelease(result);
  const rows = result.steps.map(({ name, state, seconds }) => [
    name,
    stateWords[state],
    `${seconds.toFixed(0)} s`,
  ]);
  const skipped = result.skipped.map((name) => [name, 'left out', '-']);
  return [
    `${word}: ${sentence}.`,
    ...reasons.map((reason) => wrap(reason, '  - ')),
    '',
    renderTable(['step', 'result', 'took'], [...rows, ...skipped]),
  ].join('\n');
}

function parseSkip(given: string | undefined, steps: readonly ReleaseStep[]): string[] {
  const names = steps.map(({ name }) => name);
  const skip = (given ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = skip.filter((name) => !names.includes(name));
  if (unknown.length === 0) return skip;
  throw new BadInputError([
    { field: '--skip', value: unknown.join(','), expected: `some of ${names.join(', ')}` },
  ]);
}
