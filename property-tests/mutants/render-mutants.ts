import type { Colors } from '../../results/table.ts';
import { reportWidth, wrap } from '../../results/wrap.ts';
import type { MutantLine, MutantsRecord } from './mutants-record.ts';

const NAME_WIDTH = 24;
const TRIES_SHOWN_MAX = 99;

/** The kill matrix and the story of each mutant, for a terminal of 80 columns. */
export function renderMutants(record: MutantsRecord, colors: Colors): string {
  const { verdict, killed, total, seed, options } = record;
  const { green, red, yellow } = colors;
  const paint = verdict === 'PASS' ? green : verdict === 'FAIL' ? red : yellow;
  return [
    `${paint(verdict)}  ${killed} of ${total} mutants killed, seed ${seed}, ${options.cases} cases a law`,
    ...record.reasons.map((reason) => wrap(reason, '  ')),
    '',
    'cases tried until a law of the property (P1, P2, ...) found the mutant;',
    `++ more than ${TRIES_SHOWN_MAX}, . not found by it, !! an error that it does not speak of`,
    '',
    ...renderMatrix(record),
    ...record.mutants.flatMap(renderStory),
    '',
    `replay: ${record.replay}`,
  ].join('\n');
}

function renderMatrix({ mutants, properties }: MutantsRecord): string[] {
  const head = properties.map((id) => id.slice(1).padStart(3)).join('');
  return [`${''.padEnd(NAME_WIDTH)}${head}`, ...mutants.map((one) => renderRow(one, properties))];
}

function renderRow(mutant: MutantLine, properties: readonly string[]): string {
  const { name, kind, state, kills, crashes } = mutant;
  if (kind === 'verifier') {
    const [kill] = kills;
    const how = kill === undefined ? state.toUpperCase() : `found by its ${kill.by} (${kill.law})`;
    return `${name.padEnd(NAME_WIDTH)}  ${how}`;
  }
  const cells = properties.map((id) => {
    const tries = kills.filter(({ by }) => by === id).map((kill) => kill.tries);
    if (tries.length === 0) return crashes.some(({ by }) => by === id) ? ' !!' : '  .';
    const least = Math.min(...tries);
    const text = least > TRIES_SHOWN_MAX ? '++' : `${least}`;
    return text.padStart(3);
  });
  return `${name.padEnd(NAME_WIDTH)}${cells.join('')}`;
}

function renderStory({ name, fault, counterexample }: MutantLine): string[] {
  if (counterexample === undefined) return [];
  const { message, story } = counterexample;
  return [
    '',
    wrap(`${name}: ${fault}`),
    ...story.map((step) => wrap(step, '  ')),
    wrap(`=> ${message}`, '  '),
  ].flatMap((text) => text.split('\n').map(cut));
}

function cut(line: string): string {
  return line.length <= reportWidth ? line : `${line.slice(0, reportWidth - 3)}...`;
}
