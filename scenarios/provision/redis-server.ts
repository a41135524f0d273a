import type { OnProgress } from './on-progress.ts';
import type { RedisFacts } from './redis-facts.ts';

/** A Redis that is ready and fit for a run. */
export interface RedisServer {
  readonly url: string;
  readonly version: string;
  /** What it said of itself as it was started, or attached to. */
  readonly facts: RedisFacts;
  readonly source: 'embedded' | 'attached';
  /** Of the server process where it runs on this machine and was started here, else null. */
  readonly pid: number | null;
  /** Ends the server where it was started here; leaves an attached one as it is. */
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** What the server is for, in progress lines and errors: `shared`, `placebo`. */
  readonly name: string;
  /** Attach to this server (`redis://`, `rediss://`); left out, one is started. */
  readonly url?: string;
  /** Where `url` came from, as errors should name it: `--redis`. */
  readonly urlField?: string;
  /** Hosts that may be used although they are not this machine. */
  readonly allowRemote?: readonly string[];
  /** Whether keys of others are tolerated, because ours have a namespace of their own. */
  readonly allowNonEmpty?: boolean;
  readonly onProgress?: OnProgress;
  readonly env?: NodeJS.ProcessEnv;
}
