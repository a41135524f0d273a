import { parseSampleLine, SAMPLE_OUTCOMES } from '../spike/samples.ts';

/** Gathers the samples of a planned load, a place a request. */
export class SampleOutcomes {
  private readonly atMs: readonly number[];
  private readonly epochMs: number;
  private readonly latencyUs: Float64Array;
  private readonly latenessUs: Float64Array;
  private readonly outcomes: Int8Array;

  /** @param atMs moment of each request, milliseconds from the epoch */
  constructor(atMs: readonly number[], epochMs: number) {
    this.atMs = atMs;
    this.epochMs = epochMs;
    this.latencyUs = new Float64Array(atMs.length).fill(Number.NaN);
    this.latenessUs = new Float64Array(atMs.length).fill(Number.NaN);
    this.outcomes = new Int8Array(atMs.length).fill(-1);
  }

  /** Lines that are no samples are none of our business; damaged ones throw. */
  add(line: string): void {
    const parsed = parseSampleLine(line);
    if (parsed === undefined) return;
    for (const { n, startedUs, durationUs, outcome } of parsed.samples) {
      const planned = this.atMs[n];
      if (planned === undefined) throw new Error(`sample ${n}: the plan has no such request`);
      const latenessUs = (parsed.originMs - this.epochMs - planned) * 1000 + startedUs;
      this.latenessUs[n] = latenessUs;
      this.latencyUs[n] = latenessUs + durationUs;
      this.outcomes[n] = SAMPLE_OUTCOMES.indexOf(outcome);
    }
  }

  take(): { latencyUs: Float64Array; outcomes: Int8Array; latenessP99Us: number } {
    const known = this.latenessUs.filter((one) => !Number.isNaN(one)).sort();
    const latenessP99Us = known[Math.ceil(0.99 * known.length) - 1] ?? Number.NaN;
    return { latencyUs: this.latencyUs, outcomes: this.outcomes, latenessP99Us };
  }
}
