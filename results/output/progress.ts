/** Where a run tells how far it is. Never part of a result, never on standard output. */
export interface Progress {
  /** Something worth a line: a tool being built, a window repeated, the running estimate. */
  say(line: string): void;
  /** `done` of `total` steps of the whole are behind us; `doing` says what comes now. */
  advance(done: number, total: number, doing: string): void;
  /** Ends the display; nothing is told after it. */
  finish(): void;
}

/** For `--quiet`: says nothing. */
export const SILENT_PROGRESS: Progress = {
  say: () => {},
  advance: () => {},
  finish: () => {},
};
