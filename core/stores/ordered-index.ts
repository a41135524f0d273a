import { compareUtf8 } from '../tenancy/utf8.ts';

interface Place {
  readonly score: number;
  readonly member: string;
}

/**
 * Members in the order of their scores, equal scores in the order of the members' UTF-8 bytes: what
 * a Redis sorted set is to the policy. A heap whose outdated places are skipped when they come up,
 * and swept when they outnumber the members.
 */
export class OrderedIndex {
  private readonly scores = new Map<string, number>();
  private heap: Place[] = [];

  /** Adds a member or moves it; true if it was not there. */
  set(member: string, score: number): boolean {
    const before = this.scores.get(member);
    if (before === score) return false;
    this.scores.set(member, score);
    this.push({ score, member });
    if (this.heap.length > 2 * this.scores.size + 64) this.sweep();
    return before === undefined;
  }

  delete(member: string): void {
    this.scores.delete(member);
  }

  get size(): number {
    return this.scores.size;
  }

  members(): IterableIterator<string> {
    return this.scores.keys();
  }

  score(member: string): number | undefined {
    return this.scores.get(member);
  }

  /** At most `countMax` members with scores up to `scoreMax`, the first ones. */
  first(countMax: number, scoreMax = Number.POSITIVE_INFINITY): Place[] {
    const places: Place[] = [];
    while (places.length < countMax && this.heap.length > 0) {
      const place = this.heap[0] as Place;
      if (place.score > scoreMax) break;
      this.pop();
      const last = places.at(-1);
      const isTwice =
        last !== undefined && last.score === place.score && last.member === place.member;
      if (!isTwice && this.scores.get(place.member) === place.score) places.push(place);
    }
    for (const place of places) this.push(place);
    return places;
  }

  private sweep(): void {
    this.heap = [];
    for (const [member, score] of this.scores) this.push({ score, member });
  }

  private push(place: Place): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(place, heap[parent] as Place)) break;
      heap[at] = heap[parent] as Place;
      at = parent;
    }
    heap[at] = place;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Place;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Place, heap[child] as Place))
        child += 1;
      if (!isBefore(heap[child] as Place, last)) break;
      heap[at] = heap[child] as Place;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(left: Place, right: Place): boolean {
  if (left.score !== right.score) return left.score < right.score;
  return compareUtf8(left.member, right.member) < 0;
}
