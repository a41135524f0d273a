import { type Debugger, Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import type { Blocked, WatcherData } from './watch-thread.ts';

// Runs in a thread of its own: looks at the beat of the main thread, and where it has stopped for
// long, ends whatever runs there. Timers and calls that wait go on afterwards.

/** The time is counted in slices: where the whole machine stands still, only one of them passes. */
const SLICES_MAX = 10;

const { beat, patienceMs } = workerData as WatcherData;
const mainThread = new Session();
mainThread.connectToMainThread();

let seen = -1;
let slices = 0;
setInterval(() => {
  const now = Atomics.load(beat, 0);
  slices = now === seen ? slices + 1 : 0;
  seen = now;
  if (slices < SLICES_MAX) return;
  slices = 0;
  end();
}, patienceMs / SLICES_MAX);

/** Asks where it is first: pausing shows the function that runs. */
function end(): void {
  mainThread.once('Debugger.paused', ({ params }) => {
    const where = nameOf(params.callFrames[0]);
    mainThread.post('Runtime.terminateExecution');
    mainThread.post('Debugger.resume');
    mainThread.post('Debugger.disable', () => mainThread.disconnect());
    const blocked: Blocked = { where, afterMs: patienceMs };
    parentPort?.postMessage(blocked);
  });
  mainThread.post('Debugger.enable');
  mainThread.post('Debugger.pause');
}

function nameOf(frame: Debugger.CallFrame | undefined): string {
  if (frame === undefined || frame.functionName === '') return 'outside of any function';
  return `${frame.functionName}()`;
}
