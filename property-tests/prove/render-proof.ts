import Table from 'cli-table3';
import type { Colors } from '../../results/table.ts';
import type { ProofRecord } from './proof-record.ts';
import { isTried, type ProofLine } from './prove.ts';

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, '']),
);

/** A proof as text for a terminal of 80 columns. */
export function renderProof(record: ProofRecord, colors: Colors): string {
  const verdict = paint(record.verdict, colors);
  return [
    `${verdict}  ${record.cases} cases, ${record.casesPerMinute} a minute, seed ${record.seed}`,
    ...record.reasons.map((reason) => `  ${reason}`),
    '',
    renderLines(record.properties, colors),
    '-: needs no store, so that a server would add nothing',
    '',
    'How often what happened in the cases (each law names what it must have met, or',
    'it is INVALID):',
    ...wrapCounts(record.coverage),
    ...record.properties.flatMap(renderBroken),
    '',
    `replay: ${record.replay}`,
  ].join('\n');
}

function paint(verdict: ProofRecord['verdict'], { green, red, yellow }: Colors): string {
  return (verdict === 'PASS' ? green : verdict === 'FAIL' ? red : yellow)(verdict);
}

function renderLines(lines: readonly ProofLine[], { red, yellow }: Colors): string {
  const grounds = [...new Set(lines.map(({ ground }) => ground))];
  const table = new Table({
    head: ['', 'law', ...grounds],
    style: { head: [], border: [], compact: true },
    chars: { ...NO_BORDERS, middle: '  ' },
    colAligns: ['left', 'left', ...grounds.map(() => 'right' as const)],
  });
  const laws = new Map(lines.map((line) => [line.law, line]));
  for (const { property, law } of laws.values()) {
    const cells = grounds.map((ground) => {
      const line = lines.find((one) => one.law === law && one.ground === ground);
      if (line === undefined) return '-';
      if (!isTried(line)) return yellow('not tried');
      if (line.verdict === 'broken') return red(`BROKEN ${line.cases}`);
      return line.verdict === 'invalid' ? yellow(`INVALID ${line.cases}`) : `held ${line.cases}`;
    });
    table.push([property, law, ...cells]);
  }
  return table.toString();
}

const WIDTH = 78;

function wrapCounts(coverage: Readonly<Record<string, number>>): string[] {
  const lines = [''];
  for (const [what, count] of Object.entries(coverage)) {
    const item = `${what} ${count}`;
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = `  ${item}`;
    else if (last.length + 2 + item.length <= WIDTH) lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(`  ${item}`);
  }
  return lines;
}

function renderBroken({ law, ground, counterexample }: ProofLine): string[] {
  if (counterexample === undefined) return [];
  const { message, story } = counterexample;
  return ['', `${law} is broken on ${ground}: ${message}`, ...story.map((step) => `  ${step}`)];
}
