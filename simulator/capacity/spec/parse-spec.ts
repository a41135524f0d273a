import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { BadInputError, type InputProblem } from '../../../results/output/operating-errors.ts';
import { SHIPPED_PRICES } from '../prices.ts';
import { findContradictions, strayNames } from './contradictions.ts';
import { type PlanSpec, type PriceList, priceListSchema, specSchema } from './schema.ts';
import type { SpecProblem } from './spec-problem.ts';

/**
 * A spec from YAML or JSON text (JSON is YAML).
 * @param file the name that problems are reported under
 * @param prices a list instead of the spec's own and the shipped one
 * @throws BadInputError with every problem at its line and column
 */
export function parseSpec(text: string, file: string, prices?: PriceList): PlanSpec {
  const source = readSource(text, file);
  const parsed = specSchema.safeParse(source.raw);
  if (!parsed.success) {
    const problems = [...shapeProblems(parsed.error.issues, source.raw), ...strayNames(source.raw)];
    throw new BadInputError(source.report(problems));
  }
  const spec = prices === undefined ? parsed.data : { ...parsed.data, prices };
  const problems = findContradictions(spec, spec.prices ?? SHIPPED_PRICES);
  if (problems.length > 0) throw new BadInputError(source.report(problems));
  return spec;
}

/** A price list from YAML or JSON text; problems as with {@link parseSpec}. */
export function parsePrices(text: string, file: string): PriceList {
  const source = readSource(text, file);
  const parsed = priceListSchema.safeParse(source.raw);
  if (parsed.success) return parsed.data;
  throw new BadInputError(source.report(shapeProblems(parsed.error.issues, source.raw)));
}

interface Source {
  readonly raw: unknown;
  /** The problems at their places, in the order of the text. */
  readonly report: (problems: readonly SpecProblem[]) => InputProblem[];
}

function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      const expected = `YAML or JSON (${message})`;
      return { field: `${file}:${line}:${col}`, value: 'not readable', expected };
    });
    throw new BadInputError(problems);
  }
  return {
    raw: document.toJS(),
    report: (problems) =>
      problems
        .map((problem) => ({ ...problem, place: placeOf(document, lines, problem.path) }))
        .sort((a, b) => a.place.line - b.place.line || a.place.col - b.place.col)
        .map(({ place: { line, col }, path, value, expected }) => ({
          field: `${file}:${line}:${col} ${spellPath(path)}`,
          value,
          expected,
        })),
  };
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

/** Where a path stands, or the nearest parent that is there. */
function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { readonly line: number; readonly col: number } {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: number[] } | undefined;
    const start = node?.range?.[0];
    if (start === undefined) continue;
    return lines.linePos(start);
  }
  return { line: 1, col: 1 };
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
