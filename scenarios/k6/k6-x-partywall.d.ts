/** Our own k6 module: the Go sources in `scenarios/k6/build`. */
declare module 'k6/x/partywall' {
  /** Sends batches of Redis commands, pipelined, in a closed loop. */
  export interface Pipeline {
    /**
     * Sends the command once for each value, which takes the place of the word at index `at`, all
     * in one write. Resolves with one reply each, in order; null where the server refused the
     * command. Rejects where the connection failed.
     */
    sendEach(
      command: readonly string[],
      at: number,
      values: readonly string[],
    ): Promise<readonly unknown[]>;
  }

  /** A tenant's connection: what its lookups have in common, and how its misses are filled. */
  export interface PreparedLine {
    readonly command: readonly string[];
    /** Index of the word that a key is appended to. */
    readonly at: number;
    /** What stands before the key in the seal of a value. */
    readonly sealHead: string;
    /** Rejections are remembered for as long as they say, and spare the server what follows. */
    readonly hasDenyList: boolean;
    readonly fill: {
      readonly command: readonly string[];
      readonly keyAt: number;
      readonly payloadAt: number;
      readonly payloadHead: string;
      readonly fenceAt: number;
      /** Asked with `&key=...&bytes=...` for the value. */
      readonly url: string;
      readonly timeoutMs: number;
    };
  }

  /** Sends single lookups when they are due and times them; nobody waits for a reply. */
  export interface Meter {
    /** Wall clock, milliseconds since 1970, at which the samples of this process begin to count. */
    startedAtMs(): number;
    /** Opens a connection, at the first request, and returns its number. */
    prepare(line: PreparedLine): number;
    /**
     * Plans one request as sample `n`. A hit is one only under the key's seal.
     * @param bytes 0 for a planned hit, else the size of the value that fills the planned miss
     * @param dueAtMs when to send it: wall clock, milliseconds since 1970; at once where it is past
     */
    ask(n: number, line: number, key: string, bytes: number, dueAtMs: number): void;
    /** The samples that are complete, as the text of a sample line; each is handed over once. */
    drain(ofMisses: boolean): string;
  }

  /** Sends requests when they are due; the servers count them. */
  export interface Sender {
    /** Opens a connection, at the first request, and returns its number. */
    prepare(line: PreparedLine): number;
    /**
     * Plans lookups, one a key, that go out in one write.
     * @param bytes sizes of the values that fill their misses; empty where nothing follows a miss
     * @param dueAtMs when to send them: wall clock, milliseconds since 1970; at once where it is past
     * @param isCounted whether `takeDenied` counts those that the deny list keeps back
     * @returns how many were not taken, because too much is planned already
     */
    send(
      line: number,
      keys: readonly string[],
      bytes: readonly number[],
      dueAtMs: number,
      isCounted: boolean,
    ): number;
    /** Counted requests that the deny list kept back since this was last asked. */
    takeDenied(line: number): number;
  }

  /** @param url `redis://` or `rediss://`; connects at the first command, never in init */
  export function openPipeline(url: string): Pipeline;
  /** @param fillsMax misses that are filled at once; one more has failed */
  export function openMeter(url: string, fillsMax: number): Meter;
  export function openSender(url: string, fillsMax: number): Sender;
}
