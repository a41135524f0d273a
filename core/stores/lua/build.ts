import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { LuaLibImportKind, LuaTarget, transpileVirtualProject } from 'typescript-to-lua';
import { inlineMain } from './inline.ts';
import { joinModules } from './join.ts';
import { sinkDeclarations } from './sink.ts';
import { findBreaches } from './subset.ts';

/**
 * Compiles the policy into one Lua script an operation: `scripts/<name>.ts` with everything it
 * imports. Writes `scripts.generated.ts`. Run by `npm run build:lua`.
 */

export interface Script {
  readonly name: string;
  readonly source: string;
  readonly sha1: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** All scripts, by name. @throws Error with all that the compiler has to say, warnings included */
export function buildScripts(): Script[] {
  const folder = join(here, 'scripts');
  const names = readdirSync(folder).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const paths = names.sort().map((file) => join(folder, file));
  const breaches = findBreaches(paths, SOURCE_OPTIONS);
  if (breaches.length > 0) {
    const lines = breaches.map(({ where, what }) => `${where}: ${what}`);
    throw new Error(`not the same in Lua:\n${lines.join('\n')}`);
  }
  return paths.map(buildScript);
}

const SOURCE_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
};

function buildScript(path: string): Script {
  const name = basename(path, '.ts');
  const flags = /export const flags = '([a-z,-]*)';/.exec(readFileSync(path, 'utf8'))?.[1];
  if (flags === undefined) throw new Error(`${path}: the script declares no flags`);
  const header = flags === '' ? '#!lua' : `#!lua flags=${flags}`;
  const source = `${header}\n${transpile(name, flatten(joinModules(path)))}`;
  return { name, source, sha1: createHash('sha1').update(source).digest('hex') };
}

/** One function without calls of others, as far as they can be written out. */
function flatten(joined: string): string {
  const file = ts.createSourceFile('main.ts', joined, ts.ScriptTarget.ES2022, true);
  const printer = ts.createPrinter();
  const print = (statement: ts.Statement): string =>
    printer.printNode(ts.EmitHint.Unspecified, statement, file);
  return sinkDeclarations(inlineMain(file)).map(print).join('\n');
}

function transpile(name: string, joined: string): string {
  const { diagnostics, transpiledFiles } = transpileVirtualProject(
    { 'main.ts': `${joined}\nexport {};\n` },
    {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      luaTarget: LuaTarget.Lua51,
      luaLibImport: LuaLibImportKind.None,
      noImplicitSelf: true,
      noHeader: true,
    },
  );
  if (diagnostics.length > 0) {
    const host = {
      getCanonicalFileName: (file: string) => file,
      getCurrentDirectory: () => '',
      getNewLine: () => '\n',
    };
    throw new Error(`${name}:\n${ts.formatDiagnostics(diagnostics, host)}\n${joined}`);
  }
  const lua = transpiledFiles.find(({ lua }) => lua !== undefined)?.lua ?? '';
  return withoutModule(name, lua);
}

/** Takes off what makes the text a module, and refuses what Redis would refuse at run time. */
function withoutModule(name: string, lua: string): string {
  const body =
    /^local ____exports = \{\}\nlocal function main\(\)\n([\s\S]*)\nend\nreturn ____exports\n$/.exec(
      lua,
    );
  const unexpected = /____exports|__TS__\w+|\brequire\b/.exec(body?.[1] ?? '____exports');
  if (body?.[1] === undefined || unexpected !== null) {
    throw new Error(`${name}: ${unexpected?.[0]} cannot run inside Redis\n${lua}`);
  }
  // A local is cheaper to come by than a global or a field of one.
  return `local call, string, KEYS, ARGV = redis.call, string, KEYS, ARGV\n${body[1].replaceAll('redis.call(', 'call(').replace(/^ {4}/gm, '')}\n`;
}

/** The module that the stores import. */
function render(scripts: readonly Script[]): string {
  const entries = scripts.map(({ name, source, sha1 }) => {
    const field = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return `  ${field}: {\n    name: '${name}',\n    sha1: '${sha1}',\n    source: ${JSON.stringify(source)},\n  },\n`;
  });
  return `// Written by core/stores/lua/build.ts.\nexport const SCRIPTS = {\n${entries.join('')}} as const;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(here, 'scripts.generated.ts'), render(buildScripts()));
}
