/**
 * Counts what was really tried. A property that held over histories which could not have broken it
 * says nothing, so what must have happened is named beforehand and asked for afterwards.
 */
export class Coverage {
  private readonly counts = new Map<string, number>();

  /** Notes that something happened: `a glob pair was tried`. */
  count(what: string, times = 1): void {
    this.counts.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** What of this never happened. */
  missing(required: readonly string[]): string[] {
    return required.filter((what) => this.of(what) === 0);
  }

  /** All counts, for a record. */
  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
