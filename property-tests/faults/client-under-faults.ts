/** A client library as the laws of correlation use it. */
export interface ClientUnderFaults {
  readonly name: string;
  /** Cases tried at once: as many as make the most cases in a second. */
  readonly laneCount: number;
  /** Connects to the port; must not wait for the connection, which a plan may cut at once. */
  open(port: number): OpenClient;
}

/**
 * Every call settles: with its reply, or with an error. A caller that gives up aborts `giveUp`;
 * the client may use that to free what it holds, or ignore it.
 */
export interface OpenClient {
  echo(text: string, giveUp: AbortSignal): Promise<unknown>;
  get(key: string, giveUp: AbortSignal): Promise<unknown>;
  /** Several ECHOs sent at once; their replies in order, an error in the place of each that failed. */
  pipeline(texts: readonly string[], giveUp: AbortSignal): Promise<readonly unknown[]>;
  /** Several ECHOs between MULTI and EXEC. */
  transaction(texts: readonly string[], giveUp: AbortSignal): Promise<readonly unknown[]>;
  close(): void;
}

/** Longest that a command may take before the client gives it up, in milliseconds. */
export const COMMAND_TIMEOUT_MS = 40;
/** Silence on a connection that owes replies, after which it is given up, in milliseconds. */
export const SILENCE_MS = 60;
/** Pause before a connection is tried again, in milliseconds. */
export const RECONNECT_MS = 2;
