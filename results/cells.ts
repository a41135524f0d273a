import { type Group, tenantGroups, tierGroups } from './groups.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { MeasuredRound } from './rounds.ts';

/** "Did this percentile of these neighbours rise?" `ratio` is .95 for P95. */
export interface LatencyQuestion {
  readonly kind: 'latency';
  readonly name: string;
  readonly group: Group;
  readonly ratio: number;
  readonly gated: boolean;
}

/** "Did the share of failures, or of cache hits, of these neighbours change?" In points. */
export interface PointsQuestion {
  readonly kind: 'points';
  readonly name: string;
  readonly group: Group;
  readonly what: 'failures' | 'hits';
  readonly gated: true;
}

export type Question = LatencyQuestion | PointsQuestion;

/** From windows this long a single neighbour has the 2,000 samples that its P95 needs. */
const neighbourP95WindowMinMs = 20_000;

/**
 * The cells of a run, chosen before any result is seen: P50 and P95 of all neighbours and of each
 * tier are gated, with the failures and hits of the same groups; paths and P99 of all are shown.
 * With `worst` every single neighbour is gated, since a neighbour picked by its result always fails.
 */
export function questionsFor(rounds: readonly MeasuredRound[], options: JudgeOptions): Question[] {
  const groups: Group[] = ['all', ...tierGroups(rounds)];
  const latency = groups.flatMap((group) => [ask(group, 0.5, true), ask(group, 0.95, true)]);
  const shown = [
    ask('all', 0.99, options.gate.includes('p99')),
    ask('path:hit', 0.5, false),
    ask('path:hit', 0.95, false),
    ask('path:miss', 0.5, false),
  ];
  const points = groups.flatMap((group) => [
    askPoints(group, 'failures'),
    askPoints(group, 'hits'),
  ]);
  return [...latency, ...shown, ...neighbourQuestions(rounds, options), ...points];
}

function neighbourQuestions(rounds: readonly MeasuredRound[], options: JudgeOptions): Question[] {
  const gated = options.gate.includes('worst');
  const windowMs = Math.min(...rounds.map((round) => round.spike.durationMs));
  const ratios = windowMs >= neighbourP95WindowMinMs ? [0.5, 0.95] : [0.5];
  return tenantGroups(rounds).flatMap((group) => ratios.map((ratio) => ask(group, ratio, gated)));
}

function ask(group: Group, ratio: number, gated: boolean): LatencyQuestion {
  return { kind: 'latency', name: `${nameOf(group)} P${ratio * 100}`, group, ratio, gated };
}

function askPoints(group: Group, what: 'failures' | 'hits'): PointsQuestion {
  return { kind: 'points', name: `${nameOf(group)} ${what}`, group, what, gated: true };
}

function nameOf(group: Group): string {
  if (group === 'path:hit') return 'hit path';
  if (group === 'path:miss') return 'miss path';
  return group.replace(/^(tier|tenant):/, '');
}
