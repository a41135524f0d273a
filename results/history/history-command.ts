import type { Command } from 'commander';
import { readAnyRecord } from '../any-record.ts';
import { showReport } from '../beside-outputs.ts';
import { counted } from '../counted.ts';
import { prepareFile, prepareOutputs } from '../output/record-file.ts';
import { tryAll } from '../output/try-all.ts';
import { writeJson, writeText, writeToStdout } from '../output/write-json.ts';
import { renderTable } from '../table.ts';
import { addToHistory, defaultHistoryFile, readHistory } from './history.ts';
import { formatPValue, formatTrend, type Trend, trendsOf } from './trends.ts';

const EXAMPLES = `
Examples:
  $ partywall history add run.json
  $ partywall history show --html trends.html`;

interface ShowFlags {
  readonly file: string;
  readonly html?: string;
  readonly json?: string;
}

/** `partywall history add` and `show`. */
export function addHistoryCommand(program: Command, exitWith: (code: number) => void): void {
  const history = program
    .command('history')
    .description('runs over time, and where their figures changed for good')
    .addHelpText('after', EXAMPLES);
  history
    .command('add <record>')
    .description('remembers a run, in one line')
    .option('--file <file>', 'the history', defaultHistoryFile)
    .action(async (name: string, { file }: { file: string }) => {
      await prepareFile(file, '--file');
      const line = await addToHistory(file, await readAnyRecord('RECORD', name));
      const count = Object.keys(line.measures).length;
      await writeToStdout(
        `remembered ${line.kind} ${line.scenario} with ${count} measures in ${file}\n`,
      );
      exitWith(0);
    });
  history
    .command('show')
    .description('finds lasting changes in each series')
    .option('--file <file>', 'the history', defaultHistoryFile)
    .option('--html <file>', 'a page with every series')
    .option('--json <file>', 'the changes as JSON; - is standard output')
    .action(async (flags: ShowFlags) => exitWith(await showHistory(flags)));
}

/** Shows where the figures of a history changed; 0, changes are no verdict. */
export async function showHistory({ file, html, json }: ShowFlags): Promise<number> {
  await prepareOutputs({ html, json }, { taken: [file] });
  const trends = trendsOf(await readHistory(file));
  await showReport(() => renderTrends(trends), { html, json });
  await tryAll([
    async () => {
      if (html === undefined) return;
      const { renderTrendPage } = await import('./trend-page.ts');
      await writeText(html, renderTrendPage(trends), '--html');
    },
    async () => {
      if (json === undefined) return;
      const series = trends.map(({ runs, ...trend }) => ({
        ...trend,
        values: runs.map(({ value }) => value),
      }));
      await writeJson(json, { kind: 'trends', version: 1, series });
    },
  ]);
  return 0;
}

function renderTrends(trends: readonly Trend[]): string {
  const rows = trends.flatMap((trend) =>
    trend.changes.map(({ isWorse, line, before, after, pValue }) => [
      trend.measure.length > 26 ? `${trend.measure.slice(0, 25)}…` : trend.measure,
      isWorse ? 'worse' : 'better',
      (line.revision ?? line.startedAt).slice(0, 10),
      formatTrend(trend, before),
      formatTrend(trend, after),
      formatPValue(pValue),
    ]),
  );
  const runs = Math.max(0, ...trends.map((trend) => trend.runs.length));
  const head = `${counted(rows.length, 'lasting change')} in ${trends.length} series of up to ${counted(runs, 'run')}`;
  if (rows.length === 0) return head;
  return `${head}\n\n${renderTable(['measure', '', 'since', 'before', 'after', 'p'], rows)}`;
}
