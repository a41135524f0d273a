import { type ContractCase, fenceOf, fill, NOW, OPEN, read } from './contract-case.ts';
import type { Store } from './store.ts';

/** Entries: kept as they are, expired, invalidated, fenced. */
export const ENTRY_CASES: readonly ContractCase[] = [
  {
    name: 'returns what was put, with its seal, life and load time',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('basic');
      const miss = await store.lookup({ tenant: t, key: 'a', limit: OPEN, nowMs: NOW });
      equal(miss.kind, 'miss', 'first lookup');
      const stored = await store.put(
        fill(t, 'a', { value: 'text', seal: 'line\nbreak \\n', loadMs: 12.5 }),
      );
      equal(stored.kind, 'stored', 'put');
      const hit = await store.lookup({ tenant: t, key: 'a', limit: OPEN, nowMs: NOW + 1000 });
      const { fence: _, ...rest } = hit as { fence: string };
      equal(
        rest,
        {
          kind: 'hit',
          value: 'text',
          seal: 'line\nbreak \\n',
          ttlRemainingMs: 59_000,
          loadMs: 12.5,
          nearLimit: false,
        },
        'hit',
      );
    },
  },
  {
    name: 'keeps odd keys and values as they are',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('odd');
      const odd = [
        '',
        ' ',
        'ключ',
        '鍵',
        '\u{1f600}',
        'a\r\nb',
        '\u0000',
        '*',
        '{x}',
        '}:',
        '$3\r\nfoo\r\n',
        '__proto__',
        '\'\\n"',
      ];
      for (const key of odd) await store.put(fill(t, key, { value: `<${key}>` }));
      for (const key of odd) equal(await read(store, t, key), `<${key}>`, JSON.stringify(key));
      await store.put(fill(t, 'empty', { value: '' }));
      equal(await read(store, t, 'empty'), '', 'empty value');
      equal((await store.listKeys(t, NOW)).sort(), [...odd, 'empty'].sort(), 'keys');
    },
  },
  {
    name: 'keeps a value of a megabyte, not all of it ASCII',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('big');
      const value = `${'v'.repeat(1_000_000)}ж\u{1f600}`;
      await store.put(fill(t, 'big', { value }));
      equal((await read(store, t, 'big')) === value, true, 'value');
    },
  },
  {
    name: 'keeps bytes as bytes',
    needsBytes: true,
    run: async ({ store, tenant, equal }) => {
      const t = tenant('bytes');
      const value = new Uint8Array(1_000_000);
      for (let at = 0; at < value.length; at += 1) value[at] = (at * 7) % 256;
      await store.put(fill(t, 'b', { value }));
      const found = (await read(store, t, 'b')) as Uint8Array;
      equal(found.length, value.length, 'length');
      equal(
        found.every((byte, at) => byte === value[at]),
        true,
        'bytes',
      );
      await store.put(fill(t, 'none', { value: new Uint8Array() }));
      equal((await read(store, t, 'none')) instanceof Uint8Array, true, 'no bytes are bytes, too');
    },
  },
  {
    name: "expires an entry when its life is over, by the caller's clock",
    run: async ({ store, tenant, equal }) => {
      const t = tenant('expiry');
      await store.put(fill(t, 'a', { ttlMs: 1000 }));
      equal(await read(store, t, 'a', NOW + 999), 'value of a', 'last millisecond');
      equal(await read(store, t, 'a', NOW + 1000), 'miss', 'when it is over');
      equal(await store.listKeys(t, NOW + 1000), [], 'keys');
      const usage = await store.readUsage(t, NOW + 1000);
      equal([usage.usageBytes, usage.entryCount, usage.expiredCount], [0, 0, 1], 'usage');
    },
  },
  {
    name: 'refuses a fill that began before its key was invalidated, and no other',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('fence');
      const fence = await fenceOf(store, t, 'a');
      equal(await fenceOf(store, t, 'b'), fence, 'equal fences while nothing was invalidated');
      await store.invalidate({ tenant: t, scope: { kind: 'key', key: 'a' }, nowMs: NOW });
      const late = await store.put(fill(t, 'a', { fence }));
      equal(late.kind === 'rejected' && late.reason, 'outdated', 'fill of the key');
      equal((await store.put(fill(t, 'b', { fence }))).kind, 'stored', 'fill of another key');
      equal(await read(store, t, 'a'), 'miss', 'the key');
      const anew = await fenceOf(store, t, 'a');
      equal(anew === fence, false, 'fences differ');
      equal((await store.put(fill(t, 'a', { fence: anew }))).kind, 'stored', 'fill begun after');
    },
  },
  {
    name: 'invalidates a key, a prefix, a tag or the tenant, and nothing else',
    run: async ({ store, tenant, equal }) => {
      const [t, u] = [tenant('scope'), tenant('scope-neighbour')];
      const keys = ['a', 'ab', 'a*', 'b', 'ba', 'c'];
      const restore = async (): Promise<void> => {
        for (const one of [t, u]) {
          for (const key of keys)
            await store.put(fill(one, key, { tags: key > 'b' ? ['late', 'x'] : ['x'] }));
        }
      };
      const left = async (): Promise<string[]> => (await store.listKeys(t, NOW)).sort();
      await restore();
      const invalidate = async (
        scope: Parameters<Store['invalidate']>[0]['scope'],
      ): Promise<number> => (await store.invalidate({ tenant: t, scope, nowMs: NOW })).removedCount;
      equal(await invalidate({ kind: 'key', key: 'a' }), 1, 'key');
      equal(await left(), ['a*', 'ab', 'b', 'ba', 'c'], 'left by key');
      equal(await invalidate({ kind: 'prefix', prefix: 'a*' }), 1, 'prefix that looks like a glob');
      equal(await left(), ['ab', 'b', 'ba', 'c'], 'left by prefix');
      equal(await invalidate({ kind: 'tag', tag: 'late' }), 2, 'tag');
      equal(await left(), ['ab', 'b'], 'left by tag');
      equal(await invalidate({ kind: 'tag', tag: 'late' }), 0, 'tag again');
      equal(await invalidate({ kind: 'tenant' }), 2, 'tenant');
      equal(await left(), [], 'left by tenant');
      equal((await store.listKeys(u, NOW)).sort(), [...keys].sort(), 'the neighbour');
      const usage = await store.readUsage(t, NOW);
      equal([usage.usageBytes, usage.entryCount, usage.invalidatedCount], [0, 0, 6], 'usage');
    },
  },
  {
    name: 'uses its own clock where no time is given',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('own-clock');
      const { nowMs: _, ...request } = fill(t, 'a');
      await store.put(request);
      const hit = await store.lookup({ tenant: t, key: 'a', limit: OPEN });
      equal(
        hit.kind === 'hit' && hit.ttlRemainingMs > 50_000 && hit.ttlRemainingMs <= 60_000,
        true,
        'life',
      );
    },
  },
];
