import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { BadInputError } from './operating-errors.ts';

const SCRIPTS = ['.js', '.mjs'];
const TYPED = ['.ts', '.mts'];

/** Imports the module at a `file:` URL; may give up on one that takes too long. */
export type ImportModule = (href: string) => Promise<unknown>;

/**
 * What a module of the user's exports by default. TypeScript is bundled first; packages stay where
 * they are.
 * @param wanted what it should export, as errors name it: `an adapter`
 * @throws BadInputError where there is no such module, it does not load, or exports nothing by default
 */
export async function loadModule(
  file: string,
  wanted: string,
  importModule: ImportModule = (href) => import(href),
): Promise<unknown> {
  const path = resolve(file);
  const kind = extname(path);
  if (![...SCRIPTS, ...TYPED].includes(kind)) {
    throw bad(file, kind || 'no ending', `a module: ${[...TYPED, ...SCRIPTS].join(', ')}`);
  }
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw bad(file, 'not a file', `a module that exports ${wanted}`);
  const load = (at: string) => importAs(at, file, importModule);
  const module = TYPED.includes(kind) ? await importBundled(path, file, load) : await load(path);
  const exported = (module as { default?: unknown }).default;
  if (exported === undefined) throw bad(file, 'no default export', `export default, ${wanted}`);
  return exported;
}

async function importBundled(
  path: string,
  file: string,
  load: (at: string) => Promise<unknown>,
): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'partywall-module-'));
  const outfile = join(folder, 'module.mjs');
  try {
    // Loaded where needed: a script does without.
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
    return await load(outfile);
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

async function importAs(path: string, file: string, importModule: ImportModule): Promise<unknown> {
  try {
    return await importModule(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof BadInputError) {
      const [{ value } = { value: 'it does not load' }] = error.problems;
      throw bad(file, value, 'a module that loads');
    }
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw bad(file, `cannot be loaded, ${said.split('\n')[0]}`, 'a module that loads');
  }
}

function bad(field: string, value: string, expected: string): BadInputError {
  return new BadInputError([{ field, value, expected }]);
}
