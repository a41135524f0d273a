import { loadModule } from '../../results/output/load-module.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import type { Adapter } from './adapter.ts';
import { describeType } from './adapter-fault.ts';
import { CALL_TIMEOUT_MS, callBounded } from './call-bounded.ts';

/** Loading may open a database driver or two. */
const LOAD_TIMEOUT_MS = 2 * CALL_TIMEOUT_MS;

/**
 * The adapter that a module exports by default.
 * @throws BadInputError where there is no such module, or it is no adapter
 */
export async function loadAdapter(file: string): Promise<Adapter> {
  const bounded = (href: string) => callBounded('import', () => import(href), LOAD_TIMEOUT_MS);
  return checkAdapterShape(await loadModule(file, 'an adapter', bounded), file);
}

/**
 * Checks by hand what a type checker may never have seen.
 * @throws BadInputError naming every problem
 */
export function checkAdapterShape(found: unknown, file: string): Adapter {
  if (typeof found !== 'object' || found === null) {
    throw bad(file, `exports ${describeType(found)}`, 'an object with name and open');
  }
  const { name, open, traits } = found as Record<string, unknown>;
  const problems = [
    ...(typeof name === 'string' && name !== '' ? [] : [['name', name, 'text']]),
    ...(typeof open === 'function' ? [] : [['open', open, 'a function']]),
    ...traitProblems(traits),
  ].map(([field, value, expected]) => ({
    field: `${file} ${String(field)}`,
    value: describeFound(value),
    expected: String(expected),
  }));
  if (problems.length > 0) throw new BadInputError(problems);
  return found as Adapter;
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'number' ? String(value) : describeType(value);
}

const TRAITS = {
  localTier: 'true or false',
  lossy: 'true or false',
  sharedAcrossOpens: 'true or false',
  ttlGranularityMs: 'milliseconds, 0 or more',
} as const;

/** A trait that is not known would be one that is not minded: misspelt, most likely. */
function traitProblems(traits: unknown): unknown[][] {
  if (traits === undefined) return [];
  if (typeof traits !== 'object' || traits === null) return [['traits', traits, 'an object']];
  return Object.entries(traits).flatMap(([name, value]) => {
    const expected = (TRAITS as Record<string, string | undefined>)[name];
    if (expected === undefined) {
      return [[`traits.${name}`, value, `one of ${Object.keys(TRAITS).join(', ')}`]];
    }
    const isRight =
      name === 'ttlGranularityMs'
        ? Number.isFinite(value) && Number(value) >= 0
        : typeof value === 'boolean';
    return value === undefined || isRight ? [] : [[`traits.${name}`, value, expected]];
  });
}

function bad(field: string, value: string, expected: string): BadInputError {
  return new BadInputError([{ field, value, expected }]);
}
