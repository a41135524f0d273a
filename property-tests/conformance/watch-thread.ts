import { Worker } from 'node:worker_threads';
import { AdapterFault } from './adapter-fault.ts';

export interface ThreadWatch {
  /** Rejects where the adapter kept this thread to itself for too long. */
  readonly blocked: Promise<never>;
  /** Must be called: the thread beside keeps the process, so that what it tells is heard. */
  forget(): void;
}

const BEAT_MS = 20;

/** Compiling a large dependency at its import takes a second or two. */
const PATIENCE_MS = 10_000;

/** From the sources or, where the package was built, from `dist`. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const watcherUrl = new URL(`./thread-watcher${extension}`, import.meta.url).href;
/** Threads do not inherit what lets this one load TypeScript. */
const startWatcher =
  extension === '.js'
    ? `import(${JSON.stringify(watcherUrl)});`
    : `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
        .then(({ tsImport }) => tsImport(${JSON.stringify(watcherUrl)}, ${JSON.stringify(watcherUrl)}));`;

/**
 * An adapter that loops for ever stops every timer of this thread, so that no call could be given
 * up. A thread beside it sees that the beat has stopped, and ends what is running.
 */
export function watchThread({ patienceMs = PATIENCE_MS } = {}): ThreadWatch {
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const beating = setInterval(() => Atomics.add(beat, 0, 1), BEAT_MS).unref();
  const watcher = new Worker(startWatcher, {
    eval: true,
    execArgv: [],
    workerData: { beat, patienceMs } satisfies WatcherData,
  });
  let rejectWith: (fault: AdapterFault) => void = () => {};
  const blocked = new Promise<never>((_, reject) => {
    rejectWith = reject;
  });
  // Where nothing blocks, nobody may be left waiting for it.
  blocked.catch(() => {});
  watcher.on('message', ({ where, afterMs }: Blocked) => {
    const found = `gives nobody else a turn for ${afterMs / 1000} s: a loop without an end?`;
    rejectWith(new AdapterFault(where, found, 'calls that wait for what takes long'));
  });
  return {
    blocked,
    forget() {
      clearInterval(beating);
      watcher.terminate();
    },
  };
}

/** What the thread beside is given. */
export interface WatcherData {
  readonly beat: Int32Array;
  readonly patienceMs: number;
}

/** What the thread beside tells. */
export interface Blocked {
  /** The function that was running. */
  readonly where: string;
  readonly afterMs: number;
}
