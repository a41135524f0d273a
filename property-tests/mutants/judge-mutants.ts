import type { MutantLine, MutantsRecord } from './mutants-record.ts';

/** What became of a mutant, in words. */
export function tellState({ state, fault, killer, kills, crashes }: MutantLine): string {
  const found = kills.map(({ by, law, tries }) => `${by} ${law} after ${tries}`).join(', ');
  switch (state) {
    case 'killed':
      return `found by ${found}`;
    case 'missed':
      return `not found by ${killer}, but by ${found}: ${fault}`;
    case 'crashed':
      return `not found by ${killer}, but ${crashes.map(tellCrash).join(', ')}: ${fault}`;
    case 'survived':
      return `survived: ${fault}`;
  }
}

function tellCrash({ by, law, tries, message }: MutantLine['crashes'][number]): string {
  return `${by} ${law} ended after ${tries} in ${message}`;
}

/** A core as it is that breaks with the same seed makes every kill meaningless. */
export function judgeMutants(
  lines: readonly MutantLine[],
  ofUntouched: readonly string[],
  isInterrupted: boolean,
): Pick<MutantsRecord, 'verdict' | 'reasons' | 'killed' | 'total'> {
  const others = lines.filter(({ state }) => state !== 'killed');
  const reasons = [
    ...ofUntouched,
    ...others.map((line) => `${line.name}: ${tellState(line)}`),
    ...(isInterrupted ? ['interrupted before all were tried'] : []),
  ];
  const isFailed = lines.some(({ state }) => state === 'survived');
  const verdict = isFailed ? 'FAIL' : reasons.length > 0 ? 'INVALID' : 'PASS';
  return { verdict, reasons, killed: lines.length - others.length, total: lines.length };
}
