import type { Colors } from '../../results/table.ts';
import { renderTable } from '../../results/table.ts';
import { wrap } from '../../results/wrap.ts';
import type { Measured } from './benchmark.ts';
import { type Estimate, estimateOf, type JudgedLimit, judgeLimits } from './judge-limit.ts';

export type Decision = 'PROCEED' | 'DO NOT PROCEED' | 'CANNOT TELL';

/** Every figure with its interval, the limits, and the targets with the decision. */
export function renderBench(measured: readonly Measured[], colors: Colors): string {
  const judged = measured.flatMap(judgeLimits);
  const targets = judged.filter(({ limit }) => limit.isTarget === true);
  const limits = judged.filter(({ limit }) => limit.isTarget !== true);
  const parts = measured.map((one) => renderBenchmark(one, colors));
  if (limits.length > 0) parts.push(renderLimits('Limits', limits, LIMIT_WORDS, colors));
  if (targets.length > 0) {
    parts.push(renderLimits('Targets', targets, TARGET_WORDS, colors));
    parts.push(`Decision: ${paint(decide(targets), colors)}`);
  }
  if (judged.some(({ verdict }) => verdict === 'cannot tell')) parts.push(wrap(ADVICE));
  return parts.join('\n\n');
}

const ADVICE =
  "CAN'T TELL: the limit lies inside the interval, or there are too few rounds for one. More --rounds narrow it; so does a host that does nothing else.";

/** PROCEED only where every target holds. */
export function decide(targets: readonly JudgedLimit[]): Decision {
  if (targets.some(({ verdict }) => verdict === 'missed')) return 'DO NOT PROCEED';
  return targets.every(({ verdict }) => verdict === 'holds') ? 'PROCEED' : 'CANNOT TELL';
}

/** A benchmark's figures; ratios are over its first contender. */
function renderBenchmark({ benchmark, figures }: Measured, colors: Colors): string {
  const { unit, contenders } = benchmark;
  const isCompared = contenders.length > 1;
  const base = figures.get(contenders[0]?.name ?? '');
  const rows = contenders.map(({ name }, at) => {
    const values = figures.get(name) ?? [];
    const ratio = at === 0 ? '1' : spell(estimateOf(values, base));
    const estimate = estimateOf(values);
    return [name, figure(estimate?.middle), interval(estimate), isCompared ? ratio : ''];
  });
  const head = ['', unit, '90 % interval', isCompared ? 'ratio' : ''];
  return `${colors.bold(benchmark.name)}\n${renderTable(head, rows)}`;
}

const LIMIT_WORDS = { holds: 'holds', missed: 'MISSED', 'cannot tell': "CAN'T TELL" };
const TARGET_WORDS = { holds: 'GO', missed: 'NO-GO', 'cannot tell': "CAN'T TELL" };

function renderLimits(
  title: string,
  judged: readonly JudgedLimit[],
  words: typeof LIMIT_WORDS,
  colors: Colors,
): string {
  const rows = judged.map(({ limit, estimate, verdict }) => [
    limit.what,
    `${limit.bound} ${limit.value}`,
    spell(estimate),
    colored(verdict, colors)(words[verdict]),
  ]);
  return `${colors.bold(title)}\n${renderTable(['', 'limit', 'measured', ''], rows)}`;
}

function colored(verdict: JudgedLimit['verdict'], colors: Colors) {
  if (verdict === 'holds') return colors.green;
  return verdict === 'missed' ? colors.red : colors.yellow;
}

function paint(decision: Decision, colors: Colors): string {
  if (decision === 'PROCEED') return colors.green(decision);
  return decision === 'CANNOT TELL' ? colors.yellow(decision) : colors.red(decision);
}

function spell(estimate: Estimate | undefined): string {
  return `${figure(estimate?.middle)} ${interval(estimate)}`.trimEnd();
}

function interval(estimate: Estimate | undefined): string {
  if (estimate?.lower === undefined) return '';
  return `[${figure(estimate.lower)}, ${figure(estimate.upper)}]`;
}

function figure(value: number | undefined): string {
  if (value === undefined) return '-';
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
