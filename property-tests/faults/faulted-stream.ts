import type { Fault, FaultKind, Step, Struck } from './fault-plan.ts';
import { readReply } from './resp.ts';

/** A frame longer than this passes without further faults; tests send a thousandth of it. */
const FRAME_BYTES_MAX = 16 * 1024 * 1024;

/**
 * One direction of a connection under its faults: takes what arrives, says what is to be done. Pure
 * but for what it remembers, so that a plan means the same in every run. Bytes pass as they come; a
 * frame (a command or a reply) is never held back for its end.
 */
export class FaultedStream {
  readonly struck: Struck[] = [];
  private readonly faults: Fault[];
  /** The frame under way, from its first byte. */
  private frame: Buffer = Buffer.alloc(0);
  private frameCount = 0;
  private passedBytes = 0;
  private isOver = false;

  constructor(faults: readonly Fault[]) {
    this.faults = [...faults].sort((a, b) => a.at.frame - b.at.frame || a.at.byte - b.at.byte);
  }

  push(arrived: Buffer): Step[] {
    const steps: Step[] = [];
    if (this.isOver) return steps;
    if (this.faults.length === 0) return [{ kind: 'pass', bytes: arrived }];
    this.frame = Buffer.concat([this.frame, arrived]);
    while (!this.isOver && this.frame.length > 0) {
      const end = readReply(this.frame)?.end;
      this.advance(end, steps);
      if (end === undefined || this.isOver) break;
      this.frame = this.frame.subarray(end);
      this.passedBytes = 0;
      this.frameCount += 1;
    }
    if (this.frame.length > FRAME_BYTES_MAX) this.faults.length = 0;
    return steps;
  }

  /** @param end where the frame ends, undefined while that has not arrived */
  private advance(end: number | undefined, steps: Step[]): void {
    const available = end ?? this.frame.length;
    for (;;) {
      const fault = this.faults[0];
      if (fault === undefined || fault.at.frame > this.frameCount) break;
      const place = end === undefined ? fault.at.byte : Math.min(fault.at.byte, end - 1);
      // A duplicate needs the whole frame; any other needs the bytes before its place.
      if (fault.kind === 'duplicate' ? end === undefined : place > available) break;
      this.faults.shift();
      this.pass(fault.kind === 'duplicate' ? available : place, steps);
      this.strike(fault, available, steps);
      if (this.isOver) return;
    }
    this.pass(available, steps);
  }

  private pass(until: number, steps: Step[]): void {
    if (until <= this.passedBytes) return;
    steps.push({ kind: 'pass', bytes: this.frame.subarray(this.passedBytes, until) });
    this.passedBytes = until;
  }

  private strike(fault: Fault, available: number, steps: Step[]): void {
    this.note(fault.kind);
    if (fault.kind === 'delay') steps.push({ kind: 'wait', delayMs: fault.delayMs });
    else if (fault.kind === 'split') steps.push({ kind: 'wait', delayMs: 0 });
    else if (fault.kind === 'duplicate') {
      steps.push({ kind: 'pass', bytes: this.frame.subarray(0, available) });
    } else {
      steps.push({ kind: fault.kind });
      this.isOver = true;
    }
  }

  private note(kind: FaultKind): void {
    this.struck.push({ kind, inside: this.passedBytes > 0 && kind !== 'duplicate' });
  }
}
