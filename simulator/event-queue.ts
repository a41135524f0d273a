/**
 * Events ordered by time, those of the same time by the order in which they were scheduled. A heap
 * of four children a node over parallel arrays: no object an event, half the levels of a binary one.
 */
export class EventQueue {
  private times = new Float64Array(1024);
  private sequences = new Float64Array(1024);
  private kinds = new Int32Array(1024);
  private payloads = new Int32Array(1024);
  private count = 0;
  private scheduledCount = 0;
  private readonly eventsMax: number;

  /** Of the event taken last. */
  timeUs = 0;
  kind = 0;
  payload = 0;

  /** @param eventsMax more at once are a fault of the model: an unbounded queue */
  constructor(eventsMax: number) {
    this.eventsMax = eventsMax;
  }

  get size(): number {
    return this.count;
  }

  /** Events scheduled so far. */
  get total(): number {
    return this.scheduledCount;
  }

  /** When the next event is due; infinite without any. */
  nextUs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.times[0] as number);
  }

  schedule(timeUs: number, kind: number, payload: number): void {
    if (this.count === this.times.length) this.grow();
    const sequence = this.scheduledCount;
    this.scheduledCount = sequence + 1;
    const { times } = this;
    let at = this.count;
    this.count = at + 1;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      // Later in sequence than all there: only an earlier time goes up.
      if ((times[parent] as number) <= timeUs) break;
      this.move(parent, at);
      at = parent;
    }
    this.place(at, timeUs, sequence, kind, payload);
  }

  /** Takes the next event into `timeUs`, `kind` and `payload`; there must be one. */
  take(): void {
    const { times, sequences } = this;
    this.timeUs = times[0] as number;
    this.kind = this.kinds[0] as number;
    this.payload = this.payloads[0] as number;
    const last = this.count - 1;
    this.count = last;
    if (last === 0) return;
    const timeUs = times[last] as number;
    const sequence = sequences[last] as number;
    let at = 0;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= last) break;
      const end = Math.min(first + 4, last);
      let best = first;
      for (let child = first + 1; child < end; child += 1) {
        if (this.isBefore(child, best)) best = child;
      }
      const bestUs = times[best] as number;
      if (bestUs > timeUs || (bestUs === timeUs && (sequences[best] as number) > sequence)) break;
      this.move(best, at);
      at = best;
    }
    this.place(at, timeUs, sequence, this.kinds[last] as number, this.payloads[last] as number);
  }

  private isBefore(left: number, right: number): boolean {
    const leftUs = this.times[left] as number;
    const rightUs = this.times[right] as number;
    if (leftUs !== rightUs) return leftUs < rightUs;
    return (this.sequences[left] as number) < (this.sequences[right] as number);
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from] as number;
    this.sequences[to] = this.sequences[from] as number;
    this.kinds[to] = this.kinds[from] as number;
    this.payloads[to] = this.payloads[from] as number;
  }

  private place(at: number, timeUs: number, sequence: number, kind: number, load: number): void {
    this.times[at] = timeUs;
    this.sequences[at] = sequence;
    this.kinds[at] = kind;
    this.payloads[at] = load;
  }

  private grow(): void {
    const length = this.times.length * 2;
    if (length > this.eventsMax) throw new Error(`more than ${this.eventsMax} events at once`);
    this.times = resize(this.times, new Float64Array(length));
    this.sequences = resize(this.sequences, new Float64Array(length));
    this.kinds = resize(this.kinds, new Int32Array(length));
    this.payloads = resize(this.payloads, new Int32Array(length));
  }
}

function resize<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
