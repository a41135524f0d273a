/** Builds the judge from mutated source text, so that no production file holds a fault to inject. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { exitCodeOf } from './exit-code.ts';
import type { climbLadder } from './ladder.ts';
import type { decide, judge } from './verdict.ts';

/** One replacement in one file of this folder; the text must occur exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });

/** What the probes look at. */
export interface JudgeModule {
  readonly judge: typeof judge;
  readonly decide: typeof decide;
  readonly climbLadder: typeof climbLadder;
  readonly exitCodeOf: typeof exitCodeOf;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(import.meta.url);

const entry = `
export { judge, decide } from './verdict.ts';
export { climbLadder } from './ladder.ts';
export { exitCodeOf } from './exit-code.ts';
`;

/** Bundles and loads the judge with these edits. Throws where an edit does not apply. */
export async function buildJudge(edits: readonly Edit[]): Promise<JudgeModule> {
  const applied = new Set<Edit>();
  const bundle = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    bundle: true,
    write: false,
    logLevel: 'silent',
    format: 'esm',
    platform: 'node',
    plugins: [packagesByUrl, editing(edits, applied)],
  });
  const missed = edits.filter((edit) => !applied.has(edit));
  if (missed.length > 0) throw new Error(`never read: ${missed.map((edit) => edit.file).join()}`);
  const temporary = await mkdtemp(join(tmpdir(), 'mutant-'));
  try {
    const path = join(temporary, 'judge.mjs');
    await writeFile(path, bundle.outputFiles[0]?.text ?? '');
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as JudgeModule;
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** Packages stay outside the bundle: histograms must be of the same class on both sides. */
const packagesByUrl: Plugin = {
  name: 'packages by url',
  setup(builder) {
    builder.onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('node:')) return { path, external: true };
      return { path: pathToFileURL(require.resolve(path)).href, external: true };
    });
  },
};

function editing(edits: readonly Edit[], applied: Set<Edit>): Plugin {
  return {
    name: 'editing',
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const edit of edits.filter(({ file }) => file === basename(path))) {
          if (contents.split(edit.from).length !== 2) {
            throw new Error(`${edit.file}: "${edit.from}" does not occur exactly once`);
          }
          contents = contents.replace(edit.from, () => edit.to);
          applied.add(edit);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}
