import type { Judgement } from './judgement.ts';

/** What a verdict says about the neighbours, as one clause. */
export function verdictSentence(
  { verdict, cells, reads }: Judgement,
  maxRisePercent: number,
): string {
  switch (verdict) {
    case 'PASS':
      return `the spike raises no gated latency of its neighbours by ${maxRisePercent} %`;
    case 'PASS (adjusted)':
      return `sharing raises no gated latency of the neighbours by ${maxRisePercent} %; what rises more, the load generator does`;
    case 'FAIL': {
      if (reads && reads.foreignCount > 0)
        return 'a neighbour was handed a value that is not its own';
      const failing = cells.filter((cell) => cell.gated && cell.verdict === 'FAIL');
      return failing.some((cell) => cell.kind === 'latency')
        ? `the spike raises the latency of its neighbours by more than ${maxRisePercent} %`
        : 'the spike costs its neighbours requests or cache hits';
    }
    case 'INCONCLUSIVE':
      return `a rise of ${maxRisePercent} % is neither shown nor excluded`;
    case 'INVALID':
      return 'the instrument itself was at fault, so the run says nothing about the neighbours';
  }
}

/** What must stand beside the word wherever it is quoted: "(unadjusted: no placebo)", or nothing. */
export function verdictNote({ verdict, unadjusted }: Judgement): string {
  return unadjusted && verdict !== 'INVALID' ? ' (unadjusted: no placebo)' : '';
}
