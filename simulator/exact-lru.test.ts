import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExactLru } from './exact-lru.ts';
import { replayTrace } from './replay-trace.ts';

interface GoldenRow {
  readonly trace: string;
  readonly cache_size: number;
  readonly requests: number;
  readonly misses: number;
}

/**
 * Miss counts of libCacheSim (github.com/1a1a11a/libCacheSim, 0252dcf) on the cache2k web traces
 * (CC BY 4.0, headissue GmbH). Neither is part of this package; they are read where they are kept.
 */
const COUNTS = 'data/libcachesim-lru-web.json';
const KEPT = process.env['PARTYWALL_REFERENCE'] ?? findBesideCheckout() ?? '';
const GOLDEN = join(KEPT, COUNTS);
const isKept = existsSync(GOLDEN);
if (!isKept) {
  console.warn('SKIPPED: no reference miss counts; PARTYWALL_REFERENCE names their folder');
}

/** A folder beside the checkout that holds them. */
function findBesideCheckout(): string | undefined {
  return readdirSync('..', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join('..', name))
    .find((folder) => existsSync(join(folder, COUNTS)));
}

describe('ExactLru', () => {
  it('evicts the least recently used entries until the new one fits, and counts bytes', () => {
    const cache = new ExactLru(10);

    expect([cache.request(1, 4), cache.request(2, 4), cache.request(1, 4)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(cache.request(3, 4)).toBe(false);
    expect(cache.usage).toBe(8);
    expect([cache.request(1, 4), cache.request(2, 4)]).toEqual([true, false]);
  });

  it('keeps the size that an entry was inserted with, and admits none larger than the cache', () => {
    const cache = new ExactLru(10);

    cache.request(1, 3);
    cache.request(1, 9);
    cache.request(2, 11);

    expect(cache.usage).toBe(3);
    expect(cache.request(2, 7)).toBe(false);
    expect(cache.usage).toBe(10);
  });

  it('agrees with a naive list on random requests', () => {
    for (const capacity of [1, 2, 7, 50]) {
      const cache = new ExactLru(capacity, 1);
      let list: number[] = [];
      let state = capacity;
      for (let at = 0; at < 3000; at += 1) {
        state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
        const key = (state >>> 8) % 80;
        const isHit = list.includes(key);
        list = [key, ...list.filter((one) => one !== key)].slice(0, capacity);

        expect(cache.request(key, 1)).toBe(isHit);
      }
    }
  });

  it.skipIf(!isKept)('misses exactly as often as libCacheSim, on every row', async () => {
    const { rows } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { rows: GoldenRow[] };

    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const result = await replayTrace({
        file: join(KEPT, `traces/trace-${row.trace}.csv.gz`),
        policy: 'lru',
        capacity: row.cache_size,
        unit: 'entries',
        seed: 1,
        samples: 5,
        ratePerSecond: 1000,
      });

      expect({ ...row, requests: result.requestCount, misses: result.missCount }).toEqual(row);
    }
  });
});
