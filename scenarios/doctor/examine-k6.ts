import { MissingToolError } from '../../results/output/operating-errors.ts';
import { findOnPath } from '../provision/find-on-path.ts';
import { findK6, missingK6 } from '../provision/k6.ts';
import { runCommand } from '../provision/run-command.ts';
import type { Finding } from './finding.ts';

const GO_TIMEOUT_MS = 10_000;

/** Looks for a usable k6, or at least for what the next run would build it with. */
export async function examineK6(env: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    const search = await findK6(env);
    if (search.kind === 'found') {
      const { version, source, path } = search.k6;
      return { name: 'k6', state: 'ready', version, detail: `${path} (${source})` };
    }
    const goVersion = await readGoVersion(env);
    if (goVersion === undefined) {
      return { name: 'k6', state: 'missing', detail: missingK6(search.tried).message };
    }
    const detail = `the first run builds it with Go ${goVersion}, in 2 to 3 minutes`;
    return { name: 'k6', state: 'first-use', detail };
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    return { name: 'k6', state: 'missing', detail: error.message };
  }
}

async function readGoVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const go = findOnPath('go', env);
  if (go === undefined) return undefined;
  const asked = await runCommand(go, ['version'], { timeoutMs: GO_TIMEOUT_MS, env });
  return /go version go(\S+)/.exec(asked.stdout)?.[1];
}
