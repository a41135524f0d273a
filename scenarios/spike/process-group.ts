import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How the leader of a group ended. */
export type End = readonly [code: number | null, signal: NodeJS.Signals | null];

/** A child that was spawned `detached`, with all that it has started itself. */
export interface ProcessGroup {
  /** Settles when all of them have let go of their output; rejects where the child could not start. */
  readonly closed: Promise<End>;
  /** Does nothing to a group that has ended. */
  signal(name: NodeJS.Signals): void;
}

/**
 * What outlives the leader by more than this has lost whoever waited for it, and is ended. Enough for a
 * busy runner to read what is left in the pipe.
 */
const CLOSE_TIMEOUT_MS = 3000;

/** Takes a child for the leader of its group; to be called as soon as it was spawned. */
export function groupOf(child: ChildProcess): ProcessGroup {
  let hasClosed = false;
  const signal = (name: NodeJS.Signals) => {
    // Another group may have the id by then.
    if (!hasClosed && child.pid !== undefined) send(child, child.pid, name);
  };
  const closed = waitForClose(child, () => signal('SIGKILL')).finally(() => {
    hasClosed = true;
  });
  closed.catch(() => {});
  return { closed, signal };
}

function send(child: ChildProcess, pid: number, name: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    child.kill(name);
    return;
  }
  try {
    process.kill(-pid, name);
  } catch (error) {
    // They ended in the meantime; macOS says EPERM of those that nobody has waited for yet.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function waitForClose(child: ChildProcess, endRest: () => void): Promise<End> {
  let timer: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    timer = setTimeout(() => {
      endRest();
      // Whoever left the group may hold the pipe all the same.
      child.stderr?.destroy();
    }, CLOSE_TIMEOUT_MS);
  });
  try {
    const [code, signal] = await Promise.race([
      once(child, 'close'),
      once(child, 'error').then(([error]) => Promise.reject(error)),
    ]);
    return [code, signal];
  } finally {
    clearTimeout(timer);
  }
}
