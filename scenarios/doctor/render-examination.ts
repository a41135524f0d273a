import colors from 'picocolors';
import type { Examination, InstrumentState } from './examine.ts';
import type { Finding } from './finding.ts';

const STATES: Readonly<
  Record<Finding['state'], { text: string; paint: (text: string) => string }>
> = {
  ready: { text: 'ready', paint: colors.green },
  'first-use': { text: 'at first use', paint: colors.yellow },
  degraded: { text: 'degraded', paint: colors.yellow },
  missing: { text: 'missing', paint: colors.red },
};

const COLUMNS = 80;
const DETAIL_INDENT = 35;

/** The examination as a table of 80 columns; only a path that is longer itself goes beyond. */
export function renderExamination({ host, findings, instruments }: Examination): string {
  return [
    `${host.cpuModel}, ${host.cores} cores, ${host.kernel}`,
    '',
    ...findings.map(renderFinding),
    '',
    ...instruments.map(renderInstrument),
  ].join('\n');
}

function renderFinding({ name, state, version, detail }: Finding): string {
  const { text, paint } = STATES[state];
  const head = `${name.padEnd(11)}${paint(text.padEnd(14))}${(version ?? '').padEnd(10)}`;
  const lines = detail.split('\n').flatMap((line) => wrapWords(line, COLUMNS - DETAIL_INDENT));
  return head + lines.join(`\n${' '.repeat(DETAIL_INDENT)}`);
}

function renderInstrument({ instrument, question, missing }: InstrumentState): string {
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
