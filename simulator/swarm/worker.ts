import { parentPort } from 'node:worker_threads';
import { NO_MORE } from './try-in-workers.ts';
import { trySeed } from './try-seed.ts';

/** A thread of the swarm: tries the seeds that it is handed, one after the other. */
parentPort?.on('message', (seed: number) => {
  if (seed === NO_MORE) parentPort?.close();
  else parentPort?.postMessage(trySeed(seed));
});
