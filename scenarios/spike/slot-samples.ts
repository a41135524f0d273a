import { parseHotLine, parseSampleLine, type Sample } from './samples.ts';

/** Everything the generators said about one slot. */
export interface SlotSamples {
  readonly samples: readonly Sample[];
  /** Wall clock at the start of the neighbours' k6, in milliseconds: the median of all users. */
  readonly wallOffsetMs: number;
  /** Requests that the hot generator started, and those it denied itself. */
  readonly hotAskedCount: number;
  readonly hotDeniedCount: number;
}

/** Gathers the lines of both generators by slot; a slot taken out is forgotten. */
export class SlotSampleTable {
  private readonly slots = new Map<number, { samples: Sample[]; asked: number; denied: number }>();
  private readonly wallOffsetsMs: number[] = [];

  /** Lines that are not samples are none of our business; damaged ones throw. */
  add(line: string): void {
    const parsed = parseSampleLine(line);
    if (parsed) {
      const { samples } = this.slotOf(parsed.slot);
      for (const sample of parsed.samples) samples.push(sample);
      if (this.wallOffsetsMs.length < WALL_OFFSETS_MAX)
        this.wallOffsetsMs.push(parsed.wallOffsetMs);
      return;
    }
    const hot = parseHotLine(line);
    if (!hot) return;
    const slot = this.slotOf(hot.slot);
    slot.asked += hot.askedCount;
    slot.denied += hot.deniedCount;
  }

  take(slot: number): SlotSamples {
    const { samples, asked, denied } = this.slotOf(slot);
    this.slots.delete(slot);
    samples.sort((a, b) => a.n - b.n);
    const sorted = [...this.wallOffsetsMs].sort((a, b) => a - b);
    const wallOffsetMs = sorted[sorted.length >> 1] ?? 0;
    return { samples, wallOffsetMs, hotAskedCount: asked, hotDeniedCount: denied };
  }

  private slotOf(slot: number) {
    const known = this.slots.get(slot);
    if (known) return known;
    const fresh = { samples: [], asked: 0, denied: 0 };
    this.slots.set(slot, fresh);
    return fresh;
  }
}

const WALL_OFFSETS_MAX = 1000;
