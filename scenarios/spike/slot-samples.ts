import { parseHotLine, parseSampleLine, type Sample } from './samples.ts';
import { type Schedule, slotAt, slotMs } from './schedule.ts';
import { STREAMS, type Stream } from './traffic.ts';

/** Everything the generators said about one slot. */
export interface SlotSamples {
  /** In the order of their numbers; `startedUs` counts from the schedule's epoch. */
  readonly samples: Readonly<Record<Stream, readonly Sample[]>>;
  /** Requests that the hot generator started within the window, and those it denied itself. */
  readonly hotAskedCount: number;
  readonly hotDeniedCount: number;
  /**
   * Neighbours' reads that brought somebody else's value and were told of since a slot was taken
   * last. Each counts once and whenever it came: in a guard, where nothing else counts, too.
   */
  readonly foreignCount: number;
}

interface Gathered {
  readonly hit: Sample[];
  readonly miss: Sample[];
  asked: number;
  denied: number;
}

/** Gathers the lines of both generators by slot; a slot taken out is forgotten. */
export class SlotSampleTable {
  private readonly schedule: Schedule;
  private readonly slots = new Map<number, Gathered>();
  private readonly originsMs: Readonly<Record<Stream, number[]>> = { hit: [], miss: [] };
  private foreignCount = 0;

  constructor(schedule: Schedule) {
    this.schedule = schedule;
  }

  /** Lines that are not samples are none of our business; damaged ones throw. */
  add(line: string): void {
    const parsed = parseSampleLine(line);
    if (parsed) {
      const { stream, originMs, samples } = parsed;
      const origins = this.originsMs[stream];
      if (origins.length < ORIGINS_MAX) origins.push(originMs);
      for (const sample of samples) {
        const slot = slotAt(this.schedule, originMs + sample.startedUs / 1000);
        this.slotOf(slot)[stream].push(sample);
        if (sample.outcome === 'foreign') this.foreignCount += 1;
      }
      return;
    }
    const hot = parseHotLine(line);
    if (!hot) return;
    const slot = this.slotOf(hot.slot);
    slot.asked += hot.askedCount;
    slot.denied += hot.deniedCount;
  }

  /**
   * A request that was scheduled within the slot and started late, after its end, is among the next
   * slot's; those of its guard are handed over too, so take a slot when the next one is over.
   */
  take(slot: number): SlotSamples {
    const gathered = this.slotOf(slot);
    const next = this.slotOf(slot + 1);
    this.slots.delete(slot);
    const { foreignCount } = this;
    this.foreignCount = 0;
    const untilUs = ((slot + 1) * slotMs(this.schedule) + this.schedule.guardMs) * 1000;
    const [hit, miss] = STREAMS.map((stream) =>
      this.fromEpoch(stream, [...gathered[stream], ...next[stream]]).filter(
        ({ startedUs }) => startedUs < untilUs,
      ),
    );
    return {
      samples: { hit: hit ?? [], miss: miss ?? [] },
      hotAskedCount: gathered.asked,
      hotDeniedCount: gathered.denied,
      foreignCount,
    };
  }

  /** All users of a stream share one clock: the median of what they took for its origin counts. */
  private fromEpoch(stream: Stream, samples: readonly Sample[]): Sample[] {
    const origins = [...this.originsMs[stream]].sort((a, b) => a - b);
    const originMs = origins[origins.length >> 1] ?? 0;
    const shiftUs = Math.round((originMs - this.schedule.epochMs) * 1000);
    return samples
      .map((sample) => ({ ...sample, startedUs: sample.startedUs + shiftUs }))
      .sort((a, b) => a.n - b.n);
  }

  private slotOf(slot: number): Gathered {
    const known = this.slots.get(slot);
    if (known) return known;
    const fresh: Gathered = { hit: [], miss: [], asked: 0, denied: 0 };
    this.slots.set(slot, fresh);
    return fresh;
  }
}

const ORIGINS_MAX = 1000;
