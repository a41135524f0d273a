/** Our own k6 module, `scenarios/k6/build/pipeline.go`: batches of Redis commands, pipelined. */
declare module 'k6/x/partywall' {
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

  /** @param url `redis://` or `rediss://`; connects at the first `sendEach`, never in init */
  export function openPipeline(url: string): Pipeline;
}
