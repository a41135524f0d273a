import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Ends the processes that we started, and removes our temporary folders, when this one is gone, however it went: also by `kill -9`, of
 * it alone or of its whole process group. A shell in a session of its own reads from a pipe which
 * process groups to end, and ends them when the pipe closes. It asks for no processor time
 * meanwhile, and cannot take another process for a dead one, since it is told of those that ended.
 */
const PROGRAM = `
trap '' INT TERM HUP
watched=
folders=
while read -r change what; do
  case "$change" in
    +) watched="$watched $what" ;;
    -) left=
       for one in $watched; do [ "$one" = "$what" ] || left="$left $one"; done
       watched=$left ;;
    folder) folders="$folders$what
" ;;
  esac
done
for one in $watched; do kill -KILL "-$one" 2>/dev/null; done
printf %s "$folders" | while read -r one; do rm -rf -- "$one"; done
`;

let watchdog: { readonly pipe: Writable; watchedCount: number } | undefined;

/**
 * Watches over a child that leads a process group of its own (spawned `detached`).
 * @returns how to say that it has ended; to be called as soon as it has
 */
export function watchOver(pid: number): () => void {
  return pid <= 1 ? () => {} : tell(`+ ${pid}`, `- ${pid}`);
}

/**
 * Removes a folder of our own (of a random name, nobody else's) where this process is gone before it
 * could do so itself.
 * @returns how to say that the folder was removed
 */
export function removeWithUs(folder: string): () => void {
  return tell(`folder ${folder}`);
}

/** Tells the watchdog of something to see to, and returns how to say that it is no longer there. */
function tell(line: string, undone?: string): () => void {
  // Windows has neither this shell nor process groups; what is left there is the system's to clear.
  if (process.platform === 'win32') return () => {};
  watchdog ??= startWatchdog();
  const one = watchdog;
  one.watchedCount += 1;
  one.pipe.write(`${line}\n`);
  let isWatched = true;
  return () => {
    if (!isWatched) return;
    isWatched = false;
    one.watchedCount -= 1;
    if (undone !== undefined && one.pipe.writable) one.pipe.write(`${undone}\n`);
    if (one.watchedCount > 0) return;
    // It has nothing to do, and goes.
    one.pipe.end();
    if (watchdog === one) watchdog = undefined;
  };
}

function startWatchdog() {
  const child = spawn('/bin/sh', ['-c', PROGRAM], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  const pipe = child.stdin;
  const started = { pipe, watchedCount: 0 };
  const forget = () => {
    if (watchdog === started) watchdog = undefined;
  };
  // A watchdog that was killed is replaced when the next child starts.
  pipe.on('error', forget);
  child.on('error', forget).on('exit', forget);
  child.unref();
  (pipe as Writable & { unref?: () => void }).unref?.();
  return started;
}
