import type { Comment } from '@babel/types';
import { type Finding, RULES, type RuleName } from './rules.ts';

/** `// partywall-ignore keys: only in the maintenance script`, on the line or on the one above. */
export interface Suppressions {
  /** Suppressed lines of each rule. */
  readonly lines: ReadonlyMap<RuleName, ReadonlySet<number>>;
  /** Comments that mean to suppress and do not say what or why. */
  readonly bad: readonly Finding[];
}

const BEGINS = /^\s*partywall-ignore\b/;
const COMPLETE = /^\s*partywall-ignore\s+([a-z-]+)\s*:\s*\S/;

export function parseSuppressions(file: string, comments: readonly Comment[]): Suppressions {
  const lines = new Map<RuleName, Set<number>>();
  const bad: Finding[] = [];
  for (const comment of comments) {
    if (!BEGINS.test(comment.value) || !comment.loc) continue;
    const { start, end } = comment.loc;
    const name = COMPLETE.exec(comment.value)?.[1];
    if (name === undefined || !isRule(name)) {
      const rule = 'bad-suppression';
      bad.push({ file, line: start.line, column: start.column + 1, rule, message: RULES[rule] });
      continue;
    }
    const known = lines.get(name) ?? new Set();
    lines.set(name, known.add(start.line).add(end.line + 1));
  }
  return { lines, bad };
}

export function applySuppressions(
  findings: readonly Finding[],
  { lines, bad }: Suppressions,
): Finding[] {
  const left = findings.filter(({ rule, line }) => !lines.get(rule)?.has(line));
  return [...left, ...bad].sort((a, b) => a.line - b.line || a.column - b.column);
}

function isRule(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}
