import { type Command, Option } from 'commander';
import { asInput, readGivenJson } from './any-record.ts';
import { parseBreakpointRecord, rejudgeBreakpoint } from './breakpoint/breakpoint-record.ts';
import type { BreakpointRecord } from './breakpoint/breakpoint-schema.ts';
import { renderBreakpoint } from './breakpoint/render-breakpoint.ts';
import { summariseBreakpoint } from './breakpoint/summarise-breakpoint.ts';
import { exitCodeOf } from './exit-code.ts';
import { writeToStdout } from './output/write-json.ts';
import { prepareReports, publishReports, type ReportFiles } from './publish-reports.ts';
import { parseRecord, rejudge } from './record.ts';
import { colorsFor, renderReport } from './report.ts';
import type { StressRecord } from './schema.ts';
import { summariseStress } from './summarise-stress.ts';
import { type BlockingRule, exitCodeOfState } from './summary.ts';

const EXAMPLES = `
Examples:
  $ partywall report run.json                     the report as text
  $ partywall report run.json --html run.html     as a page in one file
  $ partywall report run.json --junit run.xml     for CI
  $ partywall report run.json --markdown "$GITHUB_STEP_SUMMARY" --annotations`;

/** What commands that end in a verdict share for CI. */
export interface CiFlags extends ReportFiles, Partial<BlockingRule> {
  readonly annotations?: boolean;
}

/** Adds the options that name reports and say what blocks. */
export function addReportFlags(command: Command): Command {
  return command
    .option('--html <file>', 'a page in one file, readable without network')
    .option('--junit <file>', 'JUnit XML; an inconclusive check is an error')
    .option('--markdown <file>', 'appends a summary, e.g. to $GITHUB_STEP_SUMMARY')
    .option('--annotations', 'prints workflow commands of GitHub Actions for what did not pass')
    .addOption(
      new Option('--allow-inconclusive', 'INCONCLUSIVE exits with 0 and is skipped in JUnit'),
    );
}

/** `partywall report RECORD`. */
export function addReportCommand(program: Command, exitWith: (code: number) => void): void {
  addReportFlags(program.command('report <record>'))
    .description('shows the record of a run again, as text, page, JUnit or Markdown')
    .option('--quiet', 'no text on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: CiFlags & { quiet?: boolean }) =>
      exitWith(await reportCommand(file, flags)),
    );
}

/** Renders a record; the exit code is its verdict's. */
export async function reportCommand(
  file: string,
  flags: CiFlags & { readonly quiet?: boolean },
): Promise<number> {
  await prepareStressReports(flags);
  const record = await readGivenRecord('RECORD', file);
  const isStdoutTaken = [flags.html, flags.junit, flags.markdown].includes('-');
  const colors = colorsFor(process.stdout, process.env);
  if (!flags.quiet && !isStdoutTaken) {
    const text =
      record.kind === 'breakpoint'
        ? renderBreakpoint(record, colors)
        : renderReport(record, colors);
    await writeToStdout(`${text}\n${judgedAgain(record)}`);
  }
  return record.kind === 'breakpoint'
    ? publishBreakpoint(record, file, flags)
    : publishStress(record, file, flags);
}

/** Writes the reports of a breakpoint record; the exit code is its verdict's. */
export async function publishBreakpoint(
  record: BreakpointRecord,
  file: string,
  { annotations, allowInconclusive = false, ...files }: CiFlags,
): Promise<number> {
  const summary = summariseBreakpoint(record);
  await publishReports(files, {
    summary,
    page: async () =>
      (await import('./breakpoint/breakpoint-page.ts')).renderBreakpointPage(record),
    annotate: annotations ? file : undefined,
    allowInconclusive,
  });
  return exitCodeOfState(summary.state, { allowInconclusive });
}

const loadPage = () => import('./html-report.ts');

/**
 * Makes sure that the reports can be written, before there is anything to report. What draws the page
 * is loaded here, too: behind a Ctrl-C, which ends every process of the terminal's group, a loader may
 * be gone.
 * @throws BadInputError naming every option whose file cannot be written
 */
export async function prepareStressReports(files: ReportFiles, json?: string): Promise<void> {
  await prepareReports(files, json);
  // Drawing charts takes a library that takes a while to load.
  if (files.html !== undefined) await loadPage();
}

/** Writes the reports of a stress record; the exit code is its verdict's. */
export async function publishStress(
  record: StressRecord,
  file: string,
  { annotations, allowInconclusive = false, ...files }: CiFlags,
): Promise<number> {
  const summary = summariseStress(record);
  await publishReports(files, {
    summary,
    page: async () => (await loadPage()).renderHtmlReport(record),
    annotate: annotations ? file : undefined,
    allowInconclusive,
  });
  const { verdict } = record.judgement;
  return verdict === 'INCONCLUSIVE' && allowInconclusive ? 0 : exitCodeOf(verdict);
}

/** Reads a record that the user named. Throws a BadInputError with everything wrong. */
async function readGivenRecord(
  field: string,
  file: string,
): Promise<StressRecord | BreakpointRecord> {
  const json = await readGivenJson(field, file);
  const kind = typeof json === 'object' && json !== null && 'kind' in json ? json.kind : undefined;
  return asInput(field, file, () =>
    kind === 'breakpoint' ? parseBreakpointRecord(json) : parseRecord(json),
  );
}

/** A judge of another version may see the same measurements otherwise; that is said, not hidden. */
function judgedAgain(record: StressRecord | BreakpointRecord): string {
  const { verdict } = record.kind === 'breakpoint' ? rejudgeBreakpoint(record) : rejudge(record);
  return verdict === record.judgement.verdict
    ? ''
    : `Judged again by this version of partywall: ${verdict}.\n`;
}
