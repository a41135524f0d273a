import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { RanLine, RunLine } from '../compare/run-line.ts';
import { EXIT_MISSING_TOOL } from '../output/exit-codes.ts';
import type { CheckState } from '../summary.ts';
import type { ReleaseStep, StepFinding } from './release-check.ts';

/** Runs a shell line or a program; `runLine` in production. */
export type Run = (line: string | readonly [string, ...string[]], how: RunLine) => Promise<RanLine>;

export interface StepPorts {
  readonly run: Run;
  /** This program with the given arguments, as a line to run. */
  readonly partywall: (...args: string[]) => readonly [string, ...string[]];
  /** The commands that this program has. */
  readonly commands: ReadonlySet<string>;
  /** Runs the project's own tests. */
  readonly tests: string;
  /** Where the command was started, and where records and pages go. */
  readonly folder: string;
  readonly into: string;
}

/** The steps of a release: tests, laws, mutants, a real spike, and the comparison with the baseline. */
export function releaseSteps(ports: StepPorts): ReleaseStep[] {
  const { into, tests, run, folder } = ports;
  const file = (name: string) => join(into, name);
  const record = file('spike.json');
  return [
    {
      name: 'tests',
      question: 'Do the tests pass?',
      leaves: ['tests.log'],
      run: async (signal) => {
        const ran = await run(tests, { folder, signal });
        await writeFile(file('tests.log'), `${ran.stdout}${ran.lastLines}\n`);
        // Only our own commands mean anything by the number: a compiler exits with 2 for an error.
        const exitCode = ran.exitCode === null || ran.exitCode === 0 ? ran.exitCode : 1;
        const said = countsOf(ran.stdout);
        return findingOf({ ...ran, exitCode, stdout: said }, ['tests.log'], signal);
      },
    },
    ownStep(ports, 'prove', 'Do the laws hold for any sequence of commands?', {
      args: [
        ...['prove', '--minutes', proveMinutes, '--quiet'],
        ...['--json', file('prove.json'), '--html', file('prove.html')],
      ],
      files: ['prove.json', 'prove.html'],
    }),
    ownStep(ports, 'mutants', 'Does every break of the wall get caught?', {
      args: [
        ...['mutants', '--quiet'],
        ...['--json', file('mutants.json'), '--html', file('mutants.html')],
      ],
      files: ['mutants.json', 'mutants.html'],
    }),
    ownStep(ports, 'spike', 'Do the neighbours feel a real spike?', {
      args: ['run', 'spike', '--quiet', '--json', record, '--html', file('spike.html')],
      files: ['spike.json', 'spike.html'],
    }),
    ownStep(ports, 'compare', 'Is it worse than the accepted baseline?', {
      args: ['compare', record, '--json', file('compare.json'), '--html', file('compare.html')],
      files: ['compare.json', 'compare.html'],
    }),
  ];
}

/** A quick look at every law, not the quarter of an hour that `prove` takes by itself. */
const proveMinutes = '2';

/** What test runners say of their counts: a line that begins with "Tests". */
function countsOf(stdout: string): string {
  const lines = stripVTControlCharacters(stdout).split('\n');
  const counts = lines.filter((line) => /^\s*tests\b.*\d/i.test(line));
  return counts.at(-1)?.trim() ?? '';
}

function ownStep(
  { run, partywall, commands, folder }: StepPorts,
  name: string,
  question: string,
  { args, files }: { readonly args: readonly string[]; readonly files: readonly string[] },
): ReleaseStep {
  return {
    name,
    question,
    leaves: files,
    run: async (signal) => {
      const [command = ''] = args;
      if (!commands.has(command)) {
        const detail = `this version has no command ${command}; --skip ${name} leaves it out`;
        return { state: 'broken', detail, files: [] };
      }
      return findingOf(await run(partywall(...args), { folder, signal }), files, signal);
    },
  };
}

function findingOf(
  { exitCode, stdout, lastLines }: RanLine,
  files: readonly string[],
  signal: AbortSignal,
): StepFinding {
  if (signal.aborted) return { state: 'open', detail: 'interrupted', files: [] };
  if (exitCode === null) {
    const detail = `it was ended before its end: by somebody else, or after half an hour: ${lastLines}`;
    return { state: 'broken', detail, files: [] };
  }
  const verdict = VERDICTS[exitCode];
  if (verdict === undefined) {
    const tool = exitCode === EXIT_MISSING_TOOL ? 'a tool is missing: ' : '';
    return { state: 'broken', detail: `exit ${exitCode}: ${tool}${lastLines}`, files: [] };
  }
  const said = firstSentenceOf(stdout);
  if (verdict === 'pass') return { state: verdict, detail: said || 'exit 0', files };
  return {
    state: isInvalid(exitCode, said) ? 'broken' : verdict,
    detail: `exit ${exitCode}: ${said || lastLines}`,
    files,
  };
}

/** What a report begins with: lines that were wrapped, up to its reasons, a table or a blank line. */
function firstSentenceOf(stdout: string): string {
  const lines = stripVTControlCharacters(stdout).trim().split('\n');
  const end = lines.findIndex((line) => line === '' || line.startsWith('  '));
  return lines.slice(0, end < 0 ? 1 : end).join(' ');
}

const VERDICTS: Readonly<Record<number, CheckState>> = { 0: 'pass', 1: 'fail', 2: 'open' };

/** Exit 2 is that of a run which shows nothing, and of one whose instrument was at fault. */
function isInvalid(exitCode: number, said: string): boolean {
  return exitCode === 2 && /^INVALID\b/.test(said);
}
