import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyKey, confusablePair, RELATION_NAMES } from './confusable-tenants.fixture.ts';
import { InvalidInputError } from './invalid-input-error.ts';
import {
  decodeTenant,
  encodeTenant,
  META_STATE,
  META_STATE_LENGTH,
  makeKeyspace,
  type TenantKeys,
} from './keyspace.ts';
import { parseTenantId, type TenantId } from './tenant-id.ts';

const keyspace = makeKeyspace();

function accept(id: string): TenantId | undefined {
  try {
    return parseTenantId(id);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}

/** Everything a tenant's Redis keys begin with. */
function prefixesOf(keys: TenantKeys): string[] {
  return [keys.entryPrefix, keys.lru, keys.state.slice(0, -META_STATE_LENGTH)];
}

describe('keyspace', () => {
  it('spells keys as documented', () => {
    const keys = keyspace.ofTenant(parseTenantId('acme'));

    expect(keys).toEqual({
      entryPrefix: 'cache:{acme}:',
      lru: 'lru:{acme}',
      state: 'meta:tenant:{acme}:state',
      patterns: ['cache:{acme}:*', 'lru:{acme}', 'meta:tenant:{acme}:*'],
    });
    expect(keyspace.ofTenant(parseTenantId('acme'), 3).entryPrefix).toBe('cache:{acme#3}:');
    expect(makeKeyspace('app').ofTenant(parseTenantId('acme')).lru).toBe('app:lru:{acme}');
    expect(keyspace.sharedMarket('NYSE', 'BRK.B', '1m', 'ohlc')).toBe(
      'shared:market:NYSE:BRK.B:1m:ohlc',
    );
  });

  it('never lets two tenants share a key, or one prefix another, however confusable', () => {
    const tried = new Set<string>();
    fc.assert(
      fc.property(confusablePair, anyKey, anyKey, ({ relation, ids }, one, other) => {
        const [t, u] = [accept(ids[0]), accept(ids[1])];
        if (t === undefined || u === undefined || t === u) return;
        tried.add(relation);
        for (const partition of [undefined, 1]) {
          const [mine, theirs] = [keyspace.ofTenant(t), keyspace.ofTenant(u, partition)];
          expect(mine.entryPrefix + one).not.toBe(theirs.entryPrefix + other);
          for (const a of prefixesOf(mine)) {
            for (const b of prefixesOf(theirs))
              expect(a.startsWith(b) || b.startsWith(a)).toBe(false);
          }
        }
      }),
      { numRuns: 5000 },
    );
    expect(RELATION_NAMES.filter((name) => !tried.has(name))).toEqual([]);
  });

  it('tells a tenant from a partition of a tenant', () => {
    fc.assert(
      fc.property(confusablePair, fc.nat(9), ({ ids }, partition) => {
        const tenants = ids.map(accept).filter((one) => one !== undefined);
        for (const t of tenants) {
          for (const u of tenants) {
            expect(keyspace.ofTenant(t).entryPrefix).not.toBe(
              keyspace.ofTenant(u, partition).entryPrefix,
            );
          }
        }
      }),
    );
  });

  it('writes a tenant without anything that means something in a key or pattern, and reads it back', () => {
    fc.assert(
      fc.property(confusablePair, ({ ids }) => {
        for (const t of ids.map(accept)) {
          if (t === undefined) continue;
          const encoded = encodeTenant(t);
          expect(encoded).toMatch(/^[A-Za-z0-9_.%-]+$/);
          expect(decodeTenant(encoded)).toBe(t);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('reads back whose entry a Redis key is', () => {
    fc.assert(
      fc.property(
        confusablePair,
        anyKey,
        fc.option(fc.nat(99), { nil: undefined }),
        ({ ids }, key, partition) => {
          const tenant = accept(ids[0]);
          if (tenant === undefined) return;
          for (const space of [keyspace, makeKeyspace('app')]) {
            const redisKey = space.ofTenant(tenant, partition).entryPrefix + key;
            expect(space.decodeEntry(redisKey)).toEqual({ tenant, partition, key });
          }
        },
      ),
    );
  });

  it.each([
    'cache:{}:k',
    'cache:{a%}:k',
    'cache:{a%41}:k',
    'cache:{a#}:k',
    'cache:{a#01}:k',
    'cache:{a#1#2}:k',
    'cache:{a}',
    'lru:{a}',
    'xcache:{a}:k',
    'cache:{%FF}:k',
  ])('does not take %s for an entry', (redisKey) => {
    expect(keyspace.decodeEntry(redisKey)).toBeUndefined();
  });

  it.each(['a:b', 'a{b', 'a*', ' ', 'x'.repeat(65), 'cache', 'meta', 'ж'])(
    'refuses %j as a namespace',
    (namespace) => {
      expect(() => makeKeyspace(namespace)).toThrow(InvalidInputError);
    },
  );

  it.each([-1, 1.5, 100_000, Number.NaN])('refuses %d as a partition', (partition) => {
    expect(() => keyspace.ofTenant(parseTenantId('a'), partition)).toThrow(InvalidInputError);
  });

  it('keeps parts of shared keys apart', () => {
    expect(keyspace.sharedMarket('a:b', 'c', 'd', 'e')).not.toBe(
      keyspace.sharedMarket('a', 'b:c', 'd', 'e'),
    );
    expect(() => keyspace.sharedMarket('', 'c', 'd', 'e')).toThrow(/exchange is ""/);
    expect(() => keyspace.sharedMarket('a', '\ud800', 'd', 'e')).toThrow(/symbol/);
  });

  it('knows how long the name of the state is, which the scripts cut off', () => {
    expect(META_STATE.length).toBe(META_STATE_LENGTH);
  });
});
