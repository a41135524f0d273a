import { EXIT_INTERRUPTED } from './exit-codes.ts';
import { watchInterruption } from './interruption.ts';
import type { Progress } from './progress.ts';
import { showProgress } from './show-progress.ts';

export interface RunSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Does some work with its progress on standard error, and with a Ctrl-C that it can heed. */
export async function watched<Result>(
  quiet: boolean,
  work: (around: RunSurroundings) => Promise<Result>,
): Promise<Result> {
  const { env, stderr } = process;
  const progress = showProgress({ stream: stderr, quiet, nowMs: () => performance.now() });
  const { signal, forget } = watchInterruption(progress.say, () => process.exit(EXIT_INTERRUPTED));
  try {
    return await work({ env, progress, signal });
  } finally {
    progress.finish();
    forget();
  }
}
