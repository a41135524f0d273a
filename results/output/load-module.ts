import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Message, Plugin } from 'esbuild';
import { bundle } from './bundle.ts';
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
    await bundle({
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
    throw badBuild(file, first);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What does not compile is often not the module itself, but one that it imports. */
function badBuild(file: string, { text, location }: Message): BadInputError {
  const at = location === null ? file : `${besides(file, location.file)}:${location.line}`;
  const missing = /^Could not resolve "(.+)"$/.exec(text)?.[1];
  if (missing !== undefined) return badImport(file, at, missing);
  return bad(file, `does not compile, ${at}: ${text}`, 'TypeScript that compiles');
}

function badImport(file: string, at: string, imported: string): BadInputError {
  const why = /^[./]/.test(imported) ? 'not there' : 'not installed';
  const value = `${at} imports ${imported}, which is ${why}`;
  return bad(file, value, 'a module whose imports are all there');
}

/** A file as seen from the module that the user named. */
function besides(file: string, other: string): string {
  return relative(dirname(resolve(file)), resolve(other));
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
    const missing = await findMissingImport(error, file);
    if (missing !== undefined) throw missing;
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw bad(file, `cannot be loaded, ${said.split('\n')[0]}`, 'a module that loads');
  }
}

/** Node tells the file that misses a package, but not the line. */
async function findMissingImport(error: unknown, file: string): Promise<BadInputError | undefined> {
  if ((error as NodeJS.ErrnoException)?.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const found = /^Cannot find \w+ '(.+?)' imported from (.+)$/m.exec((error as Error).message);
  const [, imported, importer] = found ?? [];
  if (imported === undefined || importer === undefined) return undefined;
  const text = await readFile(importer, 'utf8').catch(() => '');
  const line = text.split('\n').findIndex((one) => /["'`]/.test(one) && one.includes(imported)) + 1;
  const at = besides(file, importer) + (line > 0 ? `:${line}` : '');
  return badImport(file, at, imported);
}

function bad(field: string, value: string, expected: string): BadInputError {
  return new BadInputError([{ field, value, expected }]);
}
