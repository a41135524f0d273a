import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { BadInputError } from '../../results/output/operating-errors.ts';
import type { Adapter } from './adapter.ts';
import { describeThrown, describeType } from './adapter-fault.ts';
import { CALL_TIMEOUT_MS, callBounded } from './call-bounded.ts';

const SCRIPTS = ['.js', '.mjs'];
const TYPED = ['.ts', '.mts'];
/** Loading may open a database driver or two. */
const LOAD_TIMEOUT_MS = 2 * CALL_TIMEOUT_MS;

/**
 * The adapter that a module exports by default. TypeScript is bundled first; packages stay where
 * they are.
 * @throws BadInputError where there is no such module, or it is no adapter
 */
export async function loadAdapter(file: string): Promise<Adapter> {
  const path = resolve(file);
  const kind = extname(path);
  if (![...SCRIPTS, ...TYPED].includes(kind)) {
    throw bad(file, kind || 'no ending', `a module: ${[...TYPED, ...SCRIPTS].join(', ')}`);
  }
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw bad(file, 'not a file', 'a module that exports an adapter');
  const module = TYPED.includes(kind)
    ? await importBundled(path, file)
    : await importAs(path, file);
  return checkExport(module, file);
}

async function importBundled(path: string, file: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'partywall-adapter-'));
  const outfile = join(folder, 'adapter.mjs');
  try {
    // Loaded where needed: a check of a script does without.
    const { build } = await import('esbuild');
    await build({
      entryPoints: [path],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [packagesStayOutside],
    });
    return await importAs(outfile, file);
  } catch (error) {
    const first = (error as BuildFailure).errors?.[0];
    if (first === undefined) throw error;
    const at = first.location ? `line ${first.location.line}: ` : '';
    throw bad(file, `does not compile, ${at}${first.text}`, 'TypeScript that compiles');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packages are found from the module that imports them, as Node would, and are not bundled. */
const packagesStayOutside: Plugin = {
  name: 'packages-stay-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async (asked) => {
      if (asked.pluginData === RESOLVING || asked.kind === 'entry-point') return undefined;
      if (asked.path.startsWith('node:')) return { external: true };
      const { resolveDir, importer, kind, path } = asked;
      const options = { resolveDir, importer, kind, pluginData: RESOLVING };
      const { path: found, errors, external } = await build.resolve(path, options);
      if (errors.length > 0) return { errors };
      return { path: external ? path : pathToFileURL(found).href, external: true };
    });
  },
};

const RESOLVING = Symbol('resolving');

async function importAs(path: string, file: string): Promise<unknown> {
  try {
    return await callBounded('import', () => import(pathToFileURL(path).href), LOAD_TIMEOUT_MS);
  } catch (error) {
    if (error instanceof BadInputError) {
      const found = `import: no end within ${LOAD_TIMEOUT_MS / 1000} s`;
      throw bad(file, found, 'a module that loads');
    }
    throw bad(file, `cannot be loaded, ${describeThrown(error)}`, 'a module that loads');
  }
}

function checkExport(module: unknown, file: string): Adapter {
  const found = (module as { default?: unknown }).default;
  if (found === undefined) throw bad(file, 'no default export', 'export default adapter');
  return checkAdapterShape(found, file);
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
