import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../results/output/bundle.ts';
import { removeWithUs } from '../provision/watchdog.ts';

/** Scripts that k6 can run, in a folder of their own. */
export interface Bundles {
  readonly folder: string;
  pathOf(script: string): string;
  remove(): Promise<void>;
}

/**
 * Bundles k6 scripts with the core they exercise: one ESM file each, `k6` and `k6/*` left to k6.
 * The scripts lie beside this file, as `.ts` in a checkout and as `.js` in the package.
 */
export async function bundleScripts(
  scripts: readonly string[],
  hasModule: boolean,
): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'partywall-'));
  const forget = removeWithUs(folder);
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    forget();
  };
  const here = fileURLToPath(import.meta.url);
  const extension = here.endsWith('.ts') ? '.ts' : '.js';
  await bundle({
    entryPoints: scripts.map((script) => join(here, '..', `${script}.k6${extension}`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['k6', 'k6/*'],
    // A k6 without our module gets the same requests by k6/x/redis.
    alias: hasModule ? {} : { 'k6/x/partywall': join(here, '..', `plain-redis.k6${extension}`) },
    logLevel: 'error',
  }).catch(async (error) => {
    await remove();
    throw error;
  });
  return {
    folder,
    pathOf: (script) => join(folder, `${script}.k6.mjs`),
    remove,
  };
}
