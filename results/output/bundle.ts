import type { BuildOptions, BuildResult, SameShape } from 'esbuild';

/** The first, and another for each time that one Ctrl-C comes: `npx` and `timeout` pass it on. */
const SERVICES_MAX = 3;
/** Nothing happens then: the timer only keeps the process. */
const NEVER_MS = 2 ** 30;

/**
 * Builds with esbuild, also where Ctrl-C comes meanwhile or came before. A terminal sends it to the
 * whole group of processes, hence to the one in which esbuild works, which ends there and then:
 * 1. a build in progress fails, and so does every later one, since esbuild starts no other process
 *    until it is told that the first is over;
 * 2. nothing but that process may have kept ours, which would then end in the middle of its work.
 * What is built after the signal is what the report of the interrupted run still needs.
 */
export async function bundle<Options extends BuildOptions>(
  options: SameShape<BuildOptions, Options>,
): Promise<BuildResult<Options>> {
  // Loaded where needed: most commands do without the bundler.
  const { build, stop } = await import('esbuild');
  const kept = setInterval(() => {}, NEVER_MS);
  try {
    for (let service = 1; ; service += 1) {
      try {
        return await build(options);
      } catch (error) {
        if (!isServiceGone(error) || service === SERVICES_MAX) throw error;
        await stop();
      }
    }
  } finally {
    clearInterval(kept);
  }
}

function isServiceGone(error: unknown): boolean {
  return error instanceof Error && /^The service (was stopped|is no longer)/.test(error.message);
}
