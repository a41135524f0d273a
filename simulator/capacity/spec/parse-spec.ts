import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { BadInputError, type InputProblem } from '../../../results/output/operating-errors.ts';
import { findContradictions } from './contradictions.ts';
import { type PlanSpec, specSchema } from './schema.ts';

/**
 * A spec from YAML or JSON text (JSON is YAML).
 * @param file the name that problems are reported under
 * @throws BadInputError with every problem at its line and column
 */
export function parseSpec(text: string, file: string): PlanSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (path: readonly PropertyKey[]) => placeOf(document, lines, path);
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return {
        field: `${file}:${line}:${col}`,
        value: 'not readable',
        expected: `YAML or JSON (${message})`,
      };
    });
    throw new BadInputError(problems);
  }

  const raw: unknown = document.toJS();
  const parsed = specSchema.safeParse(raw);
  const name = (path: readonly PropertyKey[]) => `${file}:${place(path)} ${spellPath(path)}`;
  const report = ({ path, value, expected }: SpecProblem): InputProblem => ({
    field: name(path),
    value,
    expected,
  });
  if (!parsed.success) throw new BadInputError(shapeProblems(parsed.error.issues, raw).map(report));
  const contradictions = findContradictions(parsed.data);
  if (contradictions.length > 0) throw new BadInputError(contradictions.map(report));
  return parsed.data;
}

/** One thing wrong with a spec, at a path inside it. */
export interface SpecProblem {
  readonly path: readonly PropertyKey[];
  readonly value: string;
  readonly expected: string;
}

function shapeProblems(issues: readonly z.core.$ZodIssue[], raw: unknown): SpecProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        value: 'unknown',
        expected: 'a field of the spec (partywall plan init writes them all)',
      }));
    }
    if (issue.code === 'invalid_union') return [unionProblem(issue, raw)];
    const value = spellValue(valueAt(raw, issue.path));
    return [{ path: issue.path, value, expected: expectationOf(issue) }];
  });
}

/** A quantity is a number or an interval: where an interval was begun, its own problem counts. */
function unionProblem(issue: z.core.$ZodIssueInvalidUnion, raw: unknown): SpecProblem {
  const given = valueAt(raw, issue.path);
  const inner = issue.errors.flat().find((one) => typeof given === 'object' && one.path.length > 0);
  if (inner === undefined || given === null) {
    const isInterval = typeof given === 'object' && given !== null;
    const expected = isInterval
      ? 'low <= mid <= high, none negative'
      : 'a number from 0, or { low, mid, high, confidence }';
    return { path: issue.path, value: spellValue(given), expected };
  }
  const path = [...issue.path, ...inner.path];
  return { path, value: spellValue(valueAt(raw, path)), expected: expectationOf(inner) };
}

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  return issue.message
    .replace(/^Invalid input: expected /, '')
    .replace(/, received undefined$/, ', nothing is there')
    .replace(/, received .*$/, '')
    .replace(/^Too (small|big): expected \w+ to be /, '')
    .replace(/^Invalid /, 'a valid ');
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let at = raw;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

function spellValue(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** `line:column` of a path, or of the nearest parent that is there. */
function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: number[] } | undefined;
    const start = node?.range?.[0];
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return `${line}:${col}`;
  }
  return '1:1';
}

/** `tenants[2].lookupsPerSecond`. */
export function spellPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(the whole spec)';
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('');
}
