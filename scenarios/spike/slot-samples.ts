import { parseHotLine, parseSampleLine, type Sample } from './samples.ts';
import type { Stream } from './traffic.ts';

/** Everything the generators said about one slot. */
export interface SlotSamples {
  /** In the order of their numbers. */
  readonly samples: Readonly<Record<Stream, readonly Sample[]>>;
  /** Wall clock at the start of the neighbours' k6, in milliseconds: the median of all users. */
  readonly wallOffsetMs: number;
  /** Requests that the hot generator started, and those it denied itself. */
  readonly hotAskedCount: number;
  readonly hotDeniedCount: number;
}

interface Gathered extends Record<Stream, Sample[]> {
  asked: number;
  denied: number;
}

/** Gathers the lines of both generators by slot; a slot taken out is forgotten. */
export class SlotSampleTable {
  private readonly slots = new Map<number, Gathered>();
  private readonly wallOffsetsMs: number[] = [];

  /** Lines that are not samples are none of our business; damaged ones throw. */
  add(line: string): void {
    const parsed = parseSampleLine(line);
    if (parsed) {
      const samples = this.slotOf(parsed.slot)[parsed.stream];
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
    const { hit, miss, asked, denied } = this.slotOf(slot);
    this.slots.delete(slot);
    for (const stream of [hit, miss]) stream.sort((a, b) => a.n - b.n);
    const sorted = [...this.wallOffsetsMs].sort((a, b) => a - b);
    const wallOffsetMs = sorted[sorted.length >> 1] ?? 0;
    const samples = { hit, miss };
    return { samples, wallOffsetMs, hotAskedCount: asked, hotDeniedCount: denied };
  }

  private slotOf(slot: number): Gathered {
    const known = this.slots.get(slot);
    if (known) return known;
    const fresh: Gathered = { hit: [], miss: [], asked: 0, denied: 0 };
    this.slots.set(slot, fresh);
    return fresh;
  }
}

const WALL_OFFSETS_MAX = 1000;
