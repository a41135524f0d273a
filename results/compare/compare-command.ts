import type { Command } from 'commander';
import { type AnyRecord, readAnyRecord, readGivenJson } from '../any-record.ts';
import { showReport } from '../beside-outputs.ts';
import { EXIT_INTERRUPTED } from '../output/exit-codes.ts';
import { BadInputError } from '../output/operating-errors.ts';
import { prepareOutputs } from '../output/record-file.ts';
import { tryAll } from '../output/try-all.ts';
import { writeJson } from '../output/write-json.ts';
import { publishReports } from '../publish-reports.ts';
import { addReportFlags, type CiFlags } from '../report-command.ts';
import { exitCodeOfState, type Summary } from '../summary.ts';
import type { Colors } from '../table.ts';
import {
  type CompareOptions,
  type Comparison,
  compareRecords,
  defaultCompareOptions,
} from './comparison.ts';
import { renderComparison } from './comparison-report.ts';
import { unlikenesses } from './likeness.ts';
import {
  compareOutcomes,
  type OutcomeComparison,
  summariseOutcomes,
} from './outcomes/compare-outcomes.ts';
import { type OutcomeRecord, outcomeKindOf, parseOutcomes } from './outcomes/outcome-record.ts';
import { renderOutcomes } from './outcomes/render-outcomes.ts';
import { summariseComparison } from './summarise-comparison.ts';

const EXAMPLES = `
better and same exit with 0, worse with 1, can't tell with 2. Records of \`run\`
and \`bench\` are compared by their rounds, those of \`check\`, \`prove\`,
\`mutants\` and \`simulate\` by what became of each thing that was tried. Two
records are two runs: on a noisy host only --rev is fair, which alternates both
revisions in one run.

Examples:
  $ partywall compare base.json new.json        two records of one kind
  $ partywall compare new.json                  against the accepted baseline
  $ partywall compare base.json new.json --html diff.html
  $ partywall compare --rev v1.2.0 --rev HEAD   both built, in turn in one run
  $ partywall compare --rev main --rev HEAD --command \\
      'npx --no-install tsx cli.ts bench policy --no-instructions \\
       --rounds 1 --quiet --json -'`;

export interface CompareFlags extends CiFlags {
  readonly margin?: string;
  readonly marginPoints?: string;
  readonly allowUnlike?: boolean;
  readonly quiet?: boolean;
  readonly baselines?: string;
  readonly rev?: readonly string[];
  readonly rounds?: string;
  readonly command?: string;
  readonly setup?: string;
  readonly seed?: string;
}

interface Both {
  readonly base: AnyRecord;
  readonly fresh: AnyRecord;
}

/** What the command needs beside records: the baseline of a record, and two revisions' figures. */
export interface CompareSources {
  /** The accepted baseline that suits a record. Throws a BadInputError where there is none. */
  readonly baselineFor: (record: AnyRecord, folder: string | undefined) => Promise<AnyRecord>;
  /** Builds two revisions and measures them in turn, in one run; undefined after Ctrl-C. */
  readonly measureRevisions: (flags: CompareFlags) => Promise<Both | undefined>;
}

/** `partywall compare BASE NEW`. */
export function addCompareCommand(
  program: Command,
  sources: CompareSources,
  exitWith: (code: number) => void,
): void {
  addReportFlags(program.command('compare [records...]'))
    .description("better, worse, the same or can't tell: two records, or two revisions")
    .option(
      '--margin <percent>',
      `smaller changes are the same (${defaultCompareOptions.marginPercent})`,
    )
    .option(
      '--margin-points <points>',
      `the same for shares (${defaultCompareOptions.marginPoints})`,
    )
    .option('--allow-unlike', 'compares records of unlike hosts or options, and marks it')
    .option('--baselines <folder>', 'where accepted baselines are (results/baselines)')
    .option('--rev <revision>', 'twice: base and new revision of this checkout', collect, [])
    .option('--command <line>', 'with --rev: prints a bench record of one round')
    .option('--setup <line>', 'with --rev: builds a worktree (npm ci)')
    .option('--rounds <n>', 'with --rev: pairs of rounds (12)')
    .option('--seed <n>', 'with --rev: draws the order within pairs')
    .option('--json <file>', 'the comparison as JSON; - is standard output')
    .option('--quiet', 'no text on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (records: string[], flags: CompareFlags) =>
      exitWith(await compareCommand(records, flags, sources)),
    );
}

function collect(value: string, all: readonly string[]): string[] {
  return [...all, value];
}

/** Compares what was named; the exit code is 0 same or better, 1 worse, 2 can't tell. */
export async function compareCommand(
  records: readonly string[],
  flags: CompareFlags,
  sources: CompareSources,
): Promise<number> {
  const options = parseCompareOptions(flags);
  checkArguments(records, flags);
  await prepareOutputs(flags, { taken: records });
  const [baseFile, newFile] = records;
  if (baseFile !== undefined && newFile !== undefined) {
    const outcomes = await readOutcomes(baseFile, newFile, flags.allowUnlike === true);
    if (outcomes) return publishOutcomes(compareOutcomes(...outcomes), flags, newFile);
  }
  const paired = (flags.rev ?? []).length > 0;
  const both = paired
    ? await sources.measureRevisions(flags)
    : await readBoth(records, flags, sources);
  if (!both) return EXIT_INTERRUPTED;
  const { base, fresh } = both;
  refuseUnlike(base, fresh, flags.allowUnlike === true);
  const comparison = compareRecords(base, fresh, { ...options, paired });
  return publishComparison(comparison, flags, records.at(-1) ?? 'package.json');
}

async function readBoth(
  records: readonly string[],
  flags: CompareFlags,
  sources: CompareSources,
): Promise<Both> {
  const [first = '', second] = records;
  if (second === undefined) {
    const fresh = await readAnyRecord('NEW', first);
    return { base: await sources.baselineFor(fresh, flags.baselines), fresh };
  }
  return { base: await readAnyRecord('BASE', first), fresh: await readAnyRecord('NEW', second) };
}

/** Both records where the base is one of outcomes; undefined where it holds figures. */
async function readOutcomes(
  baseFile: string,
  newFile: string,
  allowUnlike: boolean,
): Promise<[OutcomeRecord, OutcomeRecord] | undefined> {
  const baseJson = await readGivenJson('BASE', baseFile);
  const kind = outcomeKindOf(baseJson);
  if (kind === undefined) return undefined;
  const newJson = await readGivenJson('NEW', newFile);
  const newKind = outcomeKindOf(newJson);
  const expected = `a record of the base's kind: ${kind}`;
  if (newKind !== kind) throw badNew(newKind ?? newFile, expected);
  const base = parseOutcomes('BASE', baseFile, baseJson);
  const fresh = parseOutcomes('NEW', newFile, newJson);
  if (base.subject !== fresh.subject && !allowUnlike) {
    throw badNew(fresh.subject, `${base.subject}, as in the base (--allow-unlike compares them)`);
  }
  return [base, fresh];
}

function badNew(value: string, expected: string): BadInputError {
  return new BadInputError([{ field: 'NEW', value, expected }]);
}

function publishComparison(
  comparison: Comparison,
  flags: CompareFlags,
  file: string,
): Promise<number> {
  return publish(flags, file, {
    summary: summariseComparison(comparison),
    text: (colors) => renderComparison(comparison, colors),
    page: async () => (await import('./comparison-page.ts')).renderComparisonPage(comparison),
    json: toJson(comparison),
  });
}

function publishOutcomes(
  comparison: OutcomeComparison,
  flags: CompareFlags,
  file: string,
): Promise<number> {
  return publish(flags, file, {
    summary: summariseOutcomes(comparison),
    text: (colors) => renderOutcomes(comparison, colors),
    page: async () => (await import('./outcomes/outcomes-page.ts')).renderOutcomesPage(comparison),
    json: { kind: 'comparison', version: 1, ...comparison },
  });
}

interface Published {
  readonly summary: Summary;
  readonly text: (colors: Colors) => string;
  readonly page: () => Promise<string>;
  readonly json: unknown;
}

async function publish(
  flags: CompareFlags,
  file: string,
  { summary, text, page, json: record }: Published,
): Promise<number> {
  const { annotations, allowInconclusive = false, json, quiet } = flags;
  if (!quiet) await showReport(text, flags);
  await tryAll([
    async () => {
      if (json !== undefined) await writeJson(json, record);
    },
    () =>
      publishReports(flags, {
        summary,
        page,
        annotate: annotations ? file : undefined,
        allowInconclusive,
      }),
  ]);
  return exitCodeOfState(summary.state, { allowInconclusive });
}

/** The comparison without the records themselves, which are files of their own. */
function toJson({ base, new: fresh, ...findings }: Comparison): unknown {
  const about = ({ kind, startedAt, seed, host, gitRevision, digest }: AnyRecord) => ({
    kind,
    startedAt,
    seed,
    host,
    gitRevision,
    digest,
  });
  return { kind: 'comparison', version: 1, ...findings, base: about(base), new: about(fresh) };
}

/** Throws a BadInputError with every problem at once. */
function parseCompareOptions({ margin, marginPoints }: CompareFlags): CompareOptions {
  const problems = [
    ...positive('--margin', margin, 'per cent, above 0 and up to 100', 100),
    ...positive('--margin-points', marginPoints, 'points, above 0 and up to 100', 100),
  ];
  if (problems.length > 0) throw new BadInputError(problems);
  return {
    marginPercent: margin === undefined ? defaultCompareOptions.marginPercent : Number(margin),
    marginPoints:
      marginPoints === undefined ? defaultCompareOptions.marginPoints : Number(marginPoints),
    paired: false,
  };
}

function positive(field: string, value: string | undefined, expected: string, most: number) {
  if (value === undefined) return [];
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return number > 0 && number <= most ? [] : [{ field, value, expected }];
}

function checkArguments(records: readonly string[], { rev = [] }: CompareFlags): void {
  const value = records.join(' ');
  if (rev.length > 0) {
    if (rev.length === 2 && records.length === 0) return;
    throw new BadInputError([
      {
        field: '--rev',
        value: rev.join(' '),
        expected: 'two revisions, and no records beside them',
      },
    ]);
  }
  if (records.length === 1 || records.length === 2) return;
  throw new BadInputError([
    { field: 'records', value, expected: 'BASE NEW, NEW alone for the baseline, or --rev twice' },
  ]);
}

function refuseUnlike(base: AnyRecord, fresh: AnyRecord, allowed: boolean): void {
  if (base.kind !== fresh.kind || base.scenario !== fresh.scenario) {
    throw new BadInputError([
      {
        field: 'NEW',
        value: `${fresh.kind} ${fresh.scenario}`,
        expected: `a record of the base's kind: ${base.kind} ${base.scenario}`,
      },
    ]);
  }
  if (allowed) return;
  const unlike = unlikenesses(base, fresh);
  if (unlike.length === 0) return;
  throw new BadInputError(
    unlike.map((one) => ({
      field: 'NEW',
      value: one,
      expected: 'what the base was measured with (--allow-unlike compares and marks it)',
    })),
  );
}
