import pc from 'picocolors';
import { counted } from '../../results/counted.ts';
import type { Colors } from '../../results/table.ts';
import type { Examination, InstrumentState } from './examine.ts';
import type { Finding } from './finding.ts';

const STATES: Readonly<
  Record<Finding['state'], { text: string; color: 'green' | 'yellow' | 'red' }>
> = {
  ready: { text: 'ready', color: 'green' },
  'first-use': { text: 'at first use', color: 'yellow' },
  degraded: { text: 'degraded', color: 'yellow' },
  missing: { text: 'missing', color: 'red' },
};

const COLUMNS = 80;
const DETAIL_INDENT = 35;

/** The examination as a table of 80 columns; only a path that is longer itself goes beyond. */
export function renderExamination(
  { host, findings, instruments }: Examination,
  colors: Colors = pc.createColors(false),
): string {
  return [
    `${host.cpuModel}, ${counted(host.cores, 'core')}, ${host.kernel}`,
    '',
    ...findings.map((finding) => renderFinding(finding, colors)),
    '',
    ...instruments.map((one) => renderInstrument(one, colors)),
  ].join('\n');
}

function renderFinding({ name, state, version, detail }: Finding, colors: Colors): string {
  const { text, color } = STATES[state];
  const head = `${name.padEnd(11)}${colors[color](text.padEnd(14))}${(version ?? '').padEnd(10)}`;
  const lines = detail.split('\n').flatMap((line) => wrapWords(line, COLUMNS - DETAIL_INDENT));
  return head + lines.join(`\n${' '.repeat(DETAIL_INDENT)}`);
}

function renderInstrument(
  { instrument, question, missing }: InstrumentState,
  colors: Colors,
): string {
  const needs =
    missing.length === 0 ? colors.green('ready') : colors.red(`needs ${missing.join(', ')}`);
  return `${instrument.padEnd(11)}${question.padEnd(43)}${needs}`;
}

/** Breaks text at its spaces; the indent of a line is kept, a long word is never cut. */
function wrapWords(text: string, width: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
