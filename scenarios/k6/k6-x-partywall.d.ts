/** Our own k6 module: the Go sources in `scenarios/k6/build`. */
declare module 'k6/x/partywall' {
  /** Sends batches of Redis commands, pipelined. */
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

  /** Sends single lookups and times them, without making the iteration wait. */
  export interface Meter {
    /** Wall clock, milliseconds since 1970, at which the samples of this process begin to count. */
    startedAtMs(): number;
    /**
     * Keeps what a tenant's lookups have in common and returns its number: the command, the index
     * of the word that the key is appended to, what stands before the key in the seal of a value.
     */
    prepare(command: readonly string[], at: number, sealHead: string): number;
    /** Sends one prepared lookup and times it as sample `n`; a hit only under the key's seal. */
    ask(n: number, prepared: number, key: string): void;
    /** The samples that are complete, as the text of a sample line; each is handed over once. */
    drain(): string;
  }

  /** Fetches values from the back-end. */
  export interface Loader {
    /** The body of a 200 reply; rejects on any other, and after the time-out. */
    get(url: string, timeoutMs: number): Promise<string>;
  }

  export function openLoader(): Loader;
  /** @param url `redis://` or `rediss://`; connects at the first command, never in init */
  export function openPipeline(url: string): Pipeline;
  export function openMeter(url: string): Meter;
}
