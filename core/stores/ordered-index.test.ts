import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedIndex } from './ordered-index.ts';

const member = fc.constantFrom('a', 'b', 'c', 'd', '\uff5e', '\u{1f600}');
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), member, score: fc.nat(5) }),
  fc.record({ kind: fc.constant('delete' as const), member }),
  fc.record({ kind: fc.constant('first' as const), count: fc.nat(7), scoreMax: fc.nat(6) }),
);

describe('ordered index', () => {
  it('gives the first members as a sorted list would, whatever moved before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const index = new OrderedIndex();
        const naive = new Map<string, number>();
        for (const one of changes) {
          if (one.kind === 'set') {
            expect(index.set(one.member, one.score)).toBe(!naive.has(one.member));
            naive.set(one.member, one.score);
          } else if (one.kind === 'delete') {
            index.delete(one.member);
            naive.delete(one.member);
          } else {
            const sorted = [...naive]
              .filter(([, score]) => score <= one.scoreMax)
              .sort(([a, x], [b, y]) => x - y || Buffer.compare(Buffer.from(a), Buffer.from(b)))
              .slice(0, one.count);
            expect(
              index.first(one.count, one.scoreMax).map(({ member: m, score }) => [m, score]),
            ).toEqual(sorted);
          }
          expect(index.size).toBe(naive.size);
        }
      }),
      { numRuns: 300 },
    );
  });
});
