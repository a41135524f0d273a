import { EventEmitter, on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type SwarmTry, trySeed } from './try-seed.ts';

/** In place of a seed: the worker may end. */
export const NO_MORE = -1;
/** Seeds that a worker is ahead by: it never waits for the next one. */
const AHEAD = 4;

/**
 * Tries `count` seeds from `first` on, over so many threads; results come in the order of their
 * seeds, so that the first violation is the same however many threads there are.
 */
export async function* tryInWorkers(
  first: number,
  count: number,
  workerCount: number,
  signal: AbortSignal,
): AsyncGenerator<SwarmTry> {
  if (workerCount <= 1 || count === 1) {
    for (let seed = first; seed < first + count && !signal.aborted; seed += 1) {
      yield trySeed(seed);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return;
  }
  const done = new Map<number, SwarmTry>();
  let next = first;
  const heard = new EventEmitter();
  // Listening begins before anything can be said.
  const results = on(heard, 'result', { signal });
  const workers = Array.from({ length: workerCount }, () => startWorker(heard));
  const giveSeed = (worker: Worker) => {
    if (next < first + count) worker.postMessage(next++);
  };
  for (let ahead = 0; ahead < AHEAD; ahead += 1) workers.forEach(giveSeed);
  let wanted = first;
  try {
    for await (const [worker, result] of results as AsyncIterable<[Worker, SwarmTry]>) {
      giveSeed(worker);
      done.set(result.seed, result);
      for (let found = done.get(wanted); found !== undefined; found = done.get(wanted)) {
        done.delete(wanted);
        wanted += 1;
        yield found;
      }
      if (wanted === first + count) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    // Not `terminate`, which in Node 20 may wait for ever for a thread that loads TypeScript.
    for (const worker of workers) {
      worker.unref();
      worker.postMessage(NO_MORE);
    }
  }
}

/** The worker's program lies beside this file, as `.ts` in a checkout and `.js` in the package. */
function startWorker(heard: EventEmitter): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = isSource
    ? new Worker(LOADING_TYPESCRIPT, {
        eval: true,
        workerData: [
          import.meta.resolve('tsx/esm/api'),
          new URL('worker.ts', import.meta.url).href,
        ],
      })
    : new Worker(new URL('worker.js', import.meta.url));
  worker.on('message', (result: SwarmTry) => heard.emit('result', worker, result));
  worker.on('error', (error) => heard.emit('error', error));
  return worker;
}

/** A thread does not inherit what loads TypeScript, and takes no entry that needs it. */
const LOADING_TYPESCRIPT = `
const [loader, program] = require('node:worker_threads').workerData;
import(loader).then(({ register }) => { register(); return import(program); });`;
