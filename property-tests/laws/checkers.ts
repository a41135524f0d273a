import { type Happened, isInScope, isStored } from './history.ts';
import { demand } from './law.ts';
import type { Written } from './ledger.ts';
import { shown, tenantLetter } from './trace.ts';

/** P2: every value read was written by the reading tenant to the key it asked for. */
export function checkProvenance(history: readonly Happened[]): void {
  for (const { step, who, key = '', found } of history) {
    if (found === undefined || found === 'nothing') continue;
    const reader = `step ${step + 1}: ${tenantLetter(who)} read ${shown(key)} and got`;
    demand(typeof found !== 'string', () => `${reader} ${found}`);
    demand(
      found.who === who && found.key === key,
      () => `${reader} what ${tenantLetter(found.who)} wrote to ${shown(found.key)}`,
    );
  }
}

/**
 * P5: nothing that was written before an invalidation of its scope began is read once it returned.
 * A load counts as written when its loader was called: its fill must not land afterwards.
 */
export function checkCompleteness(history: readonly Happened[]): void {
  const ends = history.filter(
    ({ verb, seen }) => verb === 'remove' || (verb === 'invalidate' && seen.kind === 'invalidated'),
  );
  const writes = writesOf(history);
  for (const read of history) {
    if (typeof read.found !== 'object' || read.found === read.written) continue;
    const write = writes.get(read.found);
    for (const end of ends) {
      if (end.who !== read.who || end.endedAt > read.startedAt || write === undefined) continue;
      const scope = end.scope ?? { kind: 'tenant' };
      if (!isInScope(read.found.key, read.found.tags, scope)) continue;
      demand(!wasBefore(write, end), () => `${tell(read)}, which step ${end.step + 1} invalidated`);
    }
  }
}

/** Whether a write may not survive an end that began afterwards. */
function wasBefore(write: Happened, end: Happened): boolean {
  if (write.verb === 'load') return (write.writtenFrom ?? 0) < end.startedAt;
  return write.seen.kind === 'stored' && write.endedAt < end.startedAt;
}

/**
 * P3, for operations that overlap: no read that begins after a write ended returns what was written
 * before that write began.
 */
export function checkNothingSuperseded(history: readonly Happened[]): void {
  const writes = writesOf(history);
  const stored = history.filter(isStored);
  for (const read of history) {
    if (typeof read.found !== 'object' || read.found === read.written) continue;
    const write = writes.get(read.found);
    const newer = stored.find(
      (other) =>
        other.who === read.who &&
        other.key === read.key &&
        write !== undefined &&
        write.endedAt < (other.writtenFrom ?? 0) &&
        other.endedAt < read.startedAt,
    );
    demand(newer === undefined, () => `${tell(read)}, which step ${newer?.step} had replaced`);
  }
}

/** What a tenant's cache holds, as the outcomes of a trace played in order say. */
export class Expected {
  private readonly entries = new Map<string, { written: Written; expiresAtMs: number }>();

  live(key: string, nowMs: number): Written | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.expiresAtMs > nowMs ? entry.written : undefined;
  }

  keys(nowMs: number): string[] {
    return [...this.entries.keys()].filter((key) => this.live(key, nowMs) !== undefined).sort();
  }

  /** Takes over what an operation did. */
  apply(event: Happened): void {
    const { key = '', written, endedAtMs, scope } = event;
    if (isStored(event) && written !== undefined) {
      this.entries.set(key, { written, expiresAtMs: endedAtMs + written.ttlMs });
    } else if (event.seen.kind === 'removed') {
      this.entries.clear();
    } else if (event.seen.kind === 'invalidated' && scope !== undefined) {
      for (const [other, entry] of this.entries) {
        if (isInScope(other, entry.written.tags, scope)) this.entries.delete(other);
      }
    }
  }
}

/**
 * P3, for a trace played in order under limits never reached: a read returns exactly what was
 * written last and has neither expired nor been invalidated, and nothing where there is no such
 * value.
 */
export function checkExact(history: readonly Happened[]): void {
  const expected = [new Expected(), new Expected()];
  for (const event of inOrderOfEnd(history)) {
    const own = expected[event.who];
    const { key = '', found } = event;
    const isHit = event.seen.kind === 'hit';
    if (own !== undefined && (isHit || (event.verb === 'get' && found === 'nothing'))) {
      const current = own.live(key, event.endedAtMs);
      demand(
        current === (typeof found === 'object' ? found : undefined),
        () => `${tell(event)}, expected ${current === undefined ? 'nothing' : 'the last write'}`,
      );
    }
    own?.apply(event);
  }
}

export function inOrderOfEnd(history: readonly Happened[]): Happened[] {
  return history
    .filter(({ endedAt }) => endedAt !== Infinity)
    .sort((a, b) => a.endedAt - b.endedAt);
}

function writesOf(history: readonly Happened[]): Map<Written, Happened> {
  const writes = new Map<Written, Happened>();
  for (const event of history) if (event.written !== undefined) writes.set(event.written, event);
  return writes;
}

function tell({ step, who, key = '', seen }: Happened): string {
  const got = String(seen['value'] ?? seen.kind);
  return `step ${step + 1}: ${tenantLetter(who)} read ${shown(key)} and got ${got}`;
}
