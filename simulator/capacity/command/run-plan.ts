import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BadInputError, MissingToolError } from '../../../results/output/operating-errors.ts';
import type { Progress } from '../../../results/output/progress.ts';
import { prepareFolder, prepareOutputs } from '../../../results/output/record-file.ts';
import { showProgress } from '../../../results/output/show-progress.ts';
import { tryAll } from '../../../results/output/try-all.ts';
import { writeJson, writeText, writeToStdout } from '../../../results/output/write-json.ts';
import { wrap } from '../../../results/wrap.ts';
import type { Measurements } from '../calibration.ts';
import { readTrace } from '../curve/read-trace.ts';
import type { TraceStudy } from '../curve/trace-study.ts';
import { checkLive, type LiveCheck } from '../live/held-back.ts';
import { measureRedis } from '../live/measure-redis.ts';
import { makePlan, type Plan } from '../plan.ts';
import { renderCsvFiles } from '../report/csv.ts';
import { differencePart } from '../report/difference-part.ts';
import { type Gate, gateOf } from '../report/gate.ts';
import { renderHtml } from '../report/html.ts';
import { type ReportText, renderMarkdown } from '../report/markdown.ts';
import { parseBaseline, planRecord } from '../report/plan-record.ts';
import { planReport } from '../report/plan-report.ts';
import { parsePrices, parseSpec } from '../spec/parse-spec.ts';
import { PRESET_NAMES, type PresetName, presetSpec } from '../spec/presets.ts';
import { middleOf } from '../spec/quantity.ts';
import type { PlanSpec } from '../spec/schema.ts';
import { type PlanFlags, parsePlanFlags } from './plan-flags.ts';

/** A Redis of our own, handed in by the command line: the planner starts no servers itself. */
export type StartRedis = () => Promise<{ readonly url: string; stop(): Promise<void> }>;

const EXITS: Readonly<Record<Gate['verdict'], number>> = { pass: 0, fail: 1, inconclusive: 2 };

/** `partywall plan SPEC`: makes the plan, writes what was asked for; the exit code. */
export async function runPlan(
  name: string,
  raw: Record<string, unknown>,
  startRedis: StartRedis,
): Promise<number> {
  const flags = parsePlanFlags(raw);
  const spec = await readWholeSpec(name, flags);
  const baseline =
    flags.baselineReport === undefined
      ? undefined
      : parseBaseline(
          await readInput('--baseline-report', flags.baselineReport),
          flags.baselineReport,
        );
  await prepareFiles(flags, name);

  const { stderr } = process;
  const progress = showProgress({
    stream: stderr,
    quiet: flags.quiet,
    nowMs: () => performance.now(),
  });
  let plan: Plan;
  try {
    const traces = await readTraces(spec, name, progress);
    const measured = await measure(spec, flags, startRedis, progress);
    const live = await checkFormulas(flags, startRedis, progress);
    plan = makePlan(spec, {
      seed: flags.seed,
      worldCount: flags.worlds,
      today: new Date().toISOString().slice(0, 10),
      measured,
      traces,
      simulate: flags.simulate,
      live,
      onStep: progress.advance,
    });
  } finally {
    progress.finish();
  }

  const gate = gateOf(plan, flags.failBelowHeadroom);
  const report = planReport(plan);
  const parts = baseline ? [...report.parts, differencePart(plan, baseline)] : report.parts;
  await publish(plan, { ...report, parts }, gate, flags);
  return EXITS[gate.verdict];
}

/** A preset by its name, or a file; with the prices that were asked for. */
async function readWholeSpec(name: string, flags: PlanFlags): Promise<PlanSpec> {
  const prices =
    flags.prices === undefined
      ? undefined
      : parsePrices(await readInput('--prices', flags.prices), flags.prices);
  if (!(PRESET_NAMES as readonly string[]).includes(name)) {
    return parseSpec(await readInput('spec', name), name, prices);
  }
  const preset = presetSpec(name as PresetName);
  return prices === undefined ? preset : { ...preset, prices };
}

/** @throws BadInputError where the file cannot be read */
async function readInput(field: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const presets = field === 'spec' ? `${PRESET_NAMES.join(', ')}, or ` : '';
    const expected = `${presets}a file that can be read (${why})`;
    throw new BadInputError([{ field, value: file, expected }]);
  }
}

/** Before the work, not after it: a report that cannot be written is no use. */
async function prepareFiles(flags: PlanFlags, name: string): Promise<void> {
  const { csv, prices, baselineReport } = flags;
  const isPreset = (PRESET_NAMES as readonly string[]).includes(name);
  const read = [isPreset ? undefined : name, prices, baselineReport];
  const taken = [...read, csv].filter((path) => path !== undefined);
  await tryAll([
    () => prepareOutputs(flags, { taken }),
    async () => {
      if (csv === '-') {
        throw new BadInputError([{ field: '--csv', value: csv, expected: 'a folder' }]);
      }
      if (csv !== undefined) await prepareTables(csv, flags);
    },
  ]);
}

/** Tables get names of their own in their folder, which no other output may have. */
async function prepareTables(csv: string, { json, html, markdown }: PlanFlags): Promise<void> {
  const names = Object.entries({ json, html, markdown });
  const problems = names.flatMap(([option, file = '-']) =>
    file !== '-' && dirname(resolve(file)) === resolve(csv)
      ? [{ field: `--${option}`, value: file, expected: 'a file outside the folder of --csv' }]
      : [],
  );
  if (problems.length > 0) throw new BadInputError(problems);
  await prepareFolder(csv, '--csv');
}

/** Traces are named relative to the spec that names them. */
async function readTraces(
  spec: PlanSpec,
  specName: string,
  progress: Progress,
): Promise<ReadonlyMap<string, TraceStudy>> {
  const studies = new Map<string, TraceStudy>();
  for (const [name, { trace }] of Object.entries(spec.archetypes)) {
    if (trace === undefined || studies.has(trace)) continue;
    progress.say(`reading ${trace}`);
    const file = resolve(dirname(specName), trace);
    studies.set(trace, await readTrace(file, `archetypes.${name}.trace`));
  }
  return studies;
}

/** Without a Redis the shipped figures hold, and the report says that they are shipped. */
async function measure(
  spec: PlanSpec,
  { measure: what }: PlanFlags,
  startRedis: StartRedis,
  progress: Progress,
): Promise<Measurements> {
  if (what === 'none') return {};
  progress.say('measuring what an entry takes in Redis');
  const [archetype] = Object.values(spec.archetypes);
  if (archetype === undefined) return {};
  const sizes = {
    keyBytes: middleOf(archetype.keyBytes),
    valueBytes: middleOf(archetype.valueBytes),
  };
  const measured = await onOwnRedis(startRedis, progress, 'the shipped figures are taken', (url) =>
    measureRedis({ url, ...sizes, withTimes: what === 'all' }),
  );
  return measured ?? {};
}

async function checkFormulas(
  flags: PlanFlags,
  startRedis: StartRedis,
  progress: Progress,
): Promise<LiveCheck | undefined> {
  if (!flags.checkLive) return undefined;
  progress.say(
    'playing a held-back mix on a Redis of our own, then driving it to the knee: a minute',
  );
  return onOwnRedis(startRedis, progress, 'the check is left out', checkLive);
}

/** Work on a Redis of our own; undefined, and said so, where none can be started. */
async function onOwnRedis<T>(
  startRedis: StartRedis,
  progress: Progress,
  otherwise: string,
  work: (url: string) => Promise<T>,
): Promise<T | undefined> {
  try {
    const server = await startRedis();
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    progress.say(`no Redis to measure: ${otherwise} (${error.message.split('\n')[0]})`);
    return undefined;
  }
}

/**
 * With `-` standard output holds the record and nothing else. A terminal is shown the summary: the
 * report has tables of fifteen columns.
 */
async function publish(
  plan: Plan,
  report: ReportText,
  gate: Gate,
  flags: PlanFlags,
): Promise<void> {
  const { json, html, markdown, csv } = flags;
  await tryAll([
    async () => json === undefined || writeJson(json, planRecord(plan, gate)),
    async () =>
      html === undefined || writeText(html, renderHtml(report, verdictOf(plan, gate)), '--html'),
    async () => markdown === undefined || writeText(markdown, renderMarkdown(report), '--markdown'),
    async () => csv === undefined || writeCsv(csv, report),
    async () => [json, html, markdown].includes('-') || show(report, gate, flags),
  ]);
}

async function show(report: ReportText, gate: Gate, flags: PlanFlags): Promise<void> {
  const { html, markdown, csv } = flags;
  const isWritten = html !== undefined || markdown !== undefined || csv !== undefined;
  if (!isWritten && !process.stdout.isTTY) {
    await writeToStdout(renderMarkdown(report) + gateLine(gate));
    return;
  }
  const more = isWritten ? '' : 'The whole report: --html FILE, --markdown FILE or a pipe.\n';
  await writeToStdout(summaryText(report, gate) + more);
}

function summaryText({ title, summary }: ReportText, gate: Gate): string {
  return (
    [title, ...summary.map((line, index) => wrap(line, `${index + 1}. `)), ''].join('\n') +
    gateLine(gate)
  );
}

function gateLine(gate: Gate): string {
  return gate.leastHeadroom === null ? '' : `${gate.verdict.toUpperCase()}: ${gate.reason}\n`;
}

function verdictOf({ recommended, tiers }: Plan, gate: Gate) {
  if (gate.leastHeadroom !== null) {
    const tone = ({ pass: 'good', fail: 'bad', inconclusive: 'open' } as const)[gate.verdict];
    return { word: gate.verdict.toUpperCase(), tone, sentence: gate.reason };
  }
  if (recommended === undefined) {
    return {
      word: 'NO OPTION',
      tone: 'bad' as const,
      sentence: 'no allowed cluster keeps the promise',
    };
  }
  const broken = tiers.filter((tier) => !tier.isKept);
  if (broken.length === 0) {
    return {
      word: 'ENOUGH',
      tone: 'good' as const,
      sentence: 'the advised cluster keeps every promise',
    };
  }
  const names = broken.map(({ tier }) => tier).join(', ');
  const sentence = `memory and load fit, but the promise of ${names} breaks elsewhere`;
  return { word: 'BUT', tone: 'open' as const, sentence };
}

async function writeCsv(folder: string, { parts }: ReportText): Promise<void> {
  for (const [name, text] of renderCsvFiles(parts)) {
    await writeText(join(folder, name), text, '--csv');
  }
}
