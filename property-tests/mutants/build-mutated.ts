import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundle } from '../../results/output/bundle.ts';

/**
 * A fault, as a replacement in the text of one file, so that no production file holds a switch for
 * it. Blanks in `from` stand for any white space; the text must be there, once unless `everywhere`.
 */
export interface Edit {
  /** From the root of the package, without its extension: `core/cache/local-tier`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly everywhere?: boolean;
}

const here = dirname(fileURLToPath(import.meta.url));
/** From the sources or, where the package was built, from `dist`. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const root = join(here, '..', '..');

/**
 * Bundles a module of this package with edits in the files behind it, and loads it.
 *
 * @param entry from the root of the package, without its extension
 * @throws where an edit does not apply: then the mutant is none
 */
export async function loadMutated<Module>(entry: string, edits: readonly Edit[]): Promise<Module> {
  const built = await bundle({
    entryPoints: [join(root, entry + extension)],
    bundle: true,
    write: false,
    logLevel: 'silent',
    format: 'esm',
    platform: 'node',
    plugins: [packagesByUrl, editing(edits)],
  });
  const folder = await mkdtemp(join(tmpdir(), 'partywall-mutant-'));
  try {
    const path = join(folder, 'mutated.mjs');
    await writeFile(path, built.outputFiles[0]?.text ?? '');
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Module;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Packages stay outside the bundle, as the same modules that everybody else has. */
const packagesByUrl: Plugin = {
  name: 'packages by url',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('node:')) return { path, external: true };
      return { path: import.meta.resolve(path), external: true };
    });
  },
};

/**
 * Puts edits in while esbuild bundles. The build fails where one does not apply, or where nothing of
 * its file is needed.
 */
export function editing(edits: readonly Edit[]): Plugin {
  return {
    name: 'editing',
    setup(builder) {
      const applied = new Set<Edit>();
      builder.onLoad({ filter: /\.[tj]s$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const edit of edits) {
          if (path !== join(root, edit.file + extension)) continue;
          contents = applyEdit(contents, edit);
          applied.add(edit);
        }
        return { contents, loader: extension === '.ts' ? 'ts' : 'js' };
      });
      builder.onEnd(() => {
        const missed = edits.filter((edit) => !applied.has(edit));
        return { errors: missed.map(({ file }) => ({ text: `never read: ${file}` })) };
      });
    },
  };
}

/** @throws where the text is not there, or more than once where it should be once */
export function applyEdit(contents: string, { file, from, to, everywhere }: Edit): string {
  const pieces = from.split(/\s+/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(pieces.join('\\s+'), 'g');
  const count = contents.match(pattern)?.length ?? 0;
  if (count === 0 || (count > 1 && everywhere !== true)) {
    throw new Error(`${file}: "${from}" occurs ${count} times`);
  }
  return contents.replace(pattern, () => to);
}
