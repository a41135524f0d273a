import fc from 'fast-check';
import { describe, it } from 'vitest';
import { invalidate } from '../core/policy/invalidation.ts';
import { lookup } from '../core/policy/lookup.ts';
import { NO_FENCE, put } from '../core/policy/put.ts';
import { reconcile } from '../core/policy/reconciliation.ts';
import type { TenantSpace } from '../core/policy/tenant-space.ts';
import { MemorySpace } from '../core/stores/memory-space.ts';
import { ArraySpace, keyOf } from './array-space.ts';
import { ENTRY_FIELDS } from './entry-fields.ts';

const KEYS = 24;
const START_MS = 1_000_000;

/** One step; its time is `waitMs` after the step before. */
type Step = {
  readonly waitMs: number;
  readonly key: number;
} & (
  | { readonly kind: 'lookup'; readonly enforcement: string }
  | {
      readonly kind: 'put';
      readonly ttlMs: number;
      readonly chargeBytes: number;
      readonly atQuota: string;
      readonly enforcement: string;
      readonly isFill: boolean;
    }
  | { readonly kind: 'invalidate'; readonly isAll: boolean }
  | { readonly kind: 'reconcile' }
);

const enforcement = fc.constantFrom('enforce', 'enforce', 'shadow', 'off');
const place = {
  waitMs: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 0, 1, 7) },
    { weight: 3, arbitrary: fc.nat(9000) },
    // A clock that was set back.
    { weight: 1, arbitrary: fc.integer({ min: -20_000, max: 0 }) },
  ),
  key: fc.nat(KEYS - 1),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('lookup' as const), enforcement, ...place }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      ttlMs: fc.integer({ min: 1, max: 20_000 }),
      chargeBytes: fc.integer({ min: 1, max: 300 }),
      atQuota: fc.constantFrom('evict', 'evict', 'refuse'),
      enforcement,
      isFill: fc.boolean(),
      ...place,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('invalidate' as const),
      isAll: fc.boolean(),
      ...place,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconcile' as const), ...place }) },
);

/** Applies the steps to a space and notes everything that the policy answered and counted. */
function history(space: TenantSpace, steps: readonly Step[], spell: (key: number) => string) {
  const notes: unknown[] = [];
  let nowMs = START_MS;
  let fence = NO_FENCE;
  for (const one of steps) {
    nowMs += one.waitMs;
    const now = { nowMs, nowUs: nowMs * 1000 };
    const key = spell(one.key);
    if (one.kind === 'lookup') {
      const { enforcement } = one;
      const asked = { key, ratePerSecond: 2, burst: 8, enforcement, cost: 1, ...now };
      const row = lookup(space, asked);
      if (typeof row[1] === 'number' && row.length === 2) fence = row[1];
      notes.push(row.slice(0, 3));
    } else if (one.kind === 'put') {
      const { ttlMs, chargeBytes, atQuota, enforcement } = one;
      const limits = { quotaBytes: 1500, quotaEntries: 12, atQuota, enforcement };
      const behind = one.isFill ? fence : NO_FENCE;
      notes.push(put(space, { key, ttlMs, chargeBytes, fence: behind, ...limits, ...now }));
    } else if (one.kind === 'invalidate') {
      const target = one.isAll ? '' : key;
      const scope = one.isAll ? 'prefix' : 'key';
      if (space.generation > 0) notes.push(invalidate(space, { scope, target, cursor: '', nowMs }));
    } else {
      notes.push(reconcile(space, { cursor: 0, bytes: 0, entries: 0, changes: -1, nowMs }).length);
    }
    const { usageBytes, entryCount, earliestExpiryMs, evictedCount, expiredCount } = space;
    notes.push([usageBytes, entryCount, earliestExpiryMs, evictedCount, expiredCount]);
  }
  for (let key = 0; key < KEYS; key += 1) notes.push(space.readHeader(spell(key)));
  return notes;
}

describe('ArraySpace', () => {
  it('leads the policy to the same answers and accounts as the in-memory store', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const memory = new MemorySpace(0);
        const stored = { value: '', seal: '', loadMs: 0 };
        memory.pending = { stored, tags: [] };
        const arrays = new ArraySpace(new Int32Array(KEYS * ENTRY_FIELDS), 9000);
        const spelt = history(memory, steps, (key) => String(key).padStart(3, '0'));
        const numbered = history(arrays, steps, keyOf);
        if (JSON.stringify(spelt) !== JSON.stringify(numbered)) {
          const at = spelt.findIndex(
            (note, index) => JSON.stringify(note) !== JSON.stringify(numbered[index]),
          );
          throw new Error(
            `note ${at}: memory ${JSON.stringify(spelt[at])}, arrays ${JSON.stringify(numbered[at])}`,
          );
        }
      }),
      { numRuns: 1500 },
    );
  });
});
