import { type Command, Option } from 'commander';
import { asInput, readGivenJson } from './any-record.ts';
import { showReport } from './beside-outputs.ts';
import { parseBreakpointRecord, rejudgeBreakpoint } from './breakpoint/breakpoint-record.ts';
import type { BreakpointRecord } from './breakpoint/breakpoint-schema.ts';
import { renderBreakpoint } from './breakpoint/render-breakpoint.ts';
import { stateOfBreakpoint, summariseBreakpoint } from './breakpoint/summarise-breakpoint.ts';
import { exitCodeOf } from './exit-code.ts';
import { type OutputFiles, type OutputRules, prepareOutputs } from './output/record-file.ts';
import { publishReports } from './publish-reports.ts';
import { parseRecord, rejudge } from './record.ts';
import { renderReport } from './report.ts';
import type { StressRecord } from './schema.ts';
import { summariseStress } from './summarise-stress.ts';
import { type BlockingRule, exitCodeOfState } from './summary.ts';
import type { Colors } from './table.ts';

const EXAMPLES = `
Examples:
  $ partywall report run.json                     the report as text
  $ partywall report run.json --html run.html     as a page in one file
  $ partywall report run.json --junit run.xml     for CI
  $ partywall report run.json --markdown "$GITHUB_STEP_SUMMARY" --annotations`;

/** What commands that end in a verdict share for CI. */
export interface CiFlags extends OutputFiles, Partial<BlockingRule> {
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
  await prepareStressReports(flags, { taken: [file] });
  const record = await readGivenRecord('RECORD', file);
  if (!flags.quiet) await showReport((colors) => renderAgain(record, colors), flags);
  if (record.kind === 'breakpoint') {
    await publishBreakpoint(record, file, flags);
    return exitCodeOfBreakpoint(record, flags);
  }
  await publishStress(record, file, flags);
  return exitCodeOfStress(record, flags);
}

/** A judge of another version may see the same measurements otherwise; that is said, not hidden. */
function renderAgain(record: StressRecord | BreakpointRecord, colors: Colors): string {
  const isBreakpoint = record.kind === 'breakpoint';
  const text = isBreakpoint ? renderBreakpoint(record, colors) : renderReport(record, colors);
  const { verdict } = isBreakpoint ? rejudgeBreakpoint(record) : rejudge(record);
  return verdict === record.judgement.verdict
    ? text
    : `${text}\nJudged again by this version of partywall: ${verdict}.`;
}

/** Writes the reports of a breakpoint record; annotations point at `file`. */
export function publishBreakpoint(
  record: BreakpointRecord,
  file: string,
  { annotations, allowInconclusive = false, ...files }: CiFlags,
): Promise<void> {
  return publishReports(files, {
    summary: summariseBreakpoint(record),
    page: async () =>
      (await import('./breakpoint/breakpoint-page.ts')).renderBreakpointPage(record),
    annotate: annotations ? file : undefined,
    allowInconclusive,
  });
}

/** What the process says of a breakpoint record. */
export function exitCodeOfBreakpoint(
  { judgement }: BreakpointRecord,
  { allowInconclusive = false }: Partial<BlockingRule>,
): number {
  return exitCodeOfState(stateOfBreakpoint(judgement.verdict), { allowInconclusive });
}

const loadPage = () => import('./html-report.ts');

/**
 * Makes sure that the reports can be written, before there is anything to report. What draws the page
 * is loaded here, too: behind a Ctrl-C, which ends every process of the terminal's group, a loader may
 * be gone.
 * @throws BadInputError naming every option whose file cannot be written
 */
export async function prepareStressReports(files: OutputFiles, rules: OutputRules): Promise<void> {
  await prepareOutputs(files, rules);
  // Drawing charts takes a library that takes a while to load.
  if (files.html !== undefined) await loadPage();
}

/** Writes the reports of a stress record; annotations point at `file`. */
export function publishStress(
  record: StressRecord,
  file: string,
  { annotations, allowInconclusive = false, ...files }: CiFlags,
): Promise<void> {
  return publishReports(files, {
    summary: summariseStress(record),
    page: async () => (await loadPage()).renderHtmlReport(record),
    annotate: annotations ? file : undefined,
    allowInconclusive,
  });
}

/** What the process says of a stress record. */
export function exitCodeOfStress(
  { judgement }: StressRecord,
  { allowInconclusive = false }: Partial<BlockingRule>,
): number {
  const { verdict } = judgement;
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
