import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import type { Adapter } from './adapter.ts';
import { type CheckOptions, checkAdapter } from './check-adapter.ts';
import { ISOLATION_PROPERTIES } from './properties/all-properties.ts';
import { encodeToy, makeToy, type ToyFault } from './toy-cache.fixture.ts';

const SEED = 20_260_401;

let server: TestServer;
let redisUrl: string;
beforeAll(async () => {
  server = await startTestServer();
  redisUrl = `redis://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop());

function check(adapter: Adapter, ids?: readonly string[], more: Partial<CheckOptions> = {}) {
  return checkAdapter(adapter, {
    ...{ redisUrl, isOwnServer: true, seed: SEED, tries: 48, durationMs: 60_000 },
    ...{ showValues: false, nonce: 'pw7t', nowMs: () => performance.now() },
    properties: ISOLATION_PROPERTIES.filter(({ id }) => ids === undefined || ids.includes(id)),
    ...more,
  });
}

/** Each is the right toy with one thing wrong. */
const BROKEN: readonly (readonly [
  what: string,
  id: string,
  kind: string,
  fault: ToyFault,
  characters?: readonly string[],
])[] = [
  ['keys without tenant', 'P1', 'no-mechanism', { layout: (_, key) => encodeToy(key) }],
  ['nothing between tenant and key', 'P1', 'mechanism', { layout: (t, k) => t + k }],
  ['a colon between tenant and key', 'P1', 'unusual-ids', { layout: (t, k) => `${t}:${k}` }, [':']],
  [
    'folded case',
    'P1',
    'mechanism',
    { layout: (t, k) => `${encodeToy(t.toLowerCase())}:${encodeToy(k)}` },
  ],
  [
    'trimmed ids',
    'P1',
    'unusual-ids',
    { layout: (t, k) => `${encodeToy(t.trim())}:${encodeToy(k)}` },
    [' '],
  ],
  [
    'a mark that nobody expects',
    'P1',
    'unusual-ids',
    { layout: (t, k) => `app(${t}=>${k}` },
    ['=', '>'],
  ],
  [
    'a shared place, and values that only their writer can read',
    'P1',
    'mechanism',
    {
      layout: (t, k) => t + k,
      handle: (right, _, tenant) => ({
        ...{ delete: undefined, clear: undefined, keys: undefined },
        ...{ invalidatePrefix: undefined, getOrLoad: undefined },
        set: (key: string, value: string) => right.set(key, seal([tenant, key, value])),
        get: async (key: string) => {
          const [writer, written, value] = unseal(await right.get(key));
          return writer === tenant && written === key ? value : undefined;
        },
      }),
    },
  ],
  [
    'what is held locally, found by key alone',
    'P2',
    'no-mechanism',
    {
      handle: (right, { local }) => ({
        set: async (key: string, value: string) => {
          local.set(key, value);
          await right.set(key, value);
        },
        get: async (key: string) => local.get(key) ?? right.get(key),
      }),
    },
  ],
  [
    'a first value that is never replaced',
    'P3',
    'mechanism',
    {
      handle: (right) => ({
        set: async (key: string, value: string) => {
          if ((await right.get(key)) === undefined) await right.set(key, value);
        },
      }),
    },
  ],
  ['clear of everything', 'P4', 'no-mechanism', { pattern: () => 'toy:*' }],
  [
    'clear by an open prefix',
    'P4',
    'mechanism',
    { pattern: (t, prefix) => `toy:${encodeToy(t)}${prefix}*` },
  ],
  [
    'clear by an unescaped glob',
    'P4',
    'unusual-ids',
    {
      layout: (t, k) => `toy:${t.replaceAll(':', '%3a')}:${encodeToy(k)}`,
      pattern: (t, prefix) => `toy:${t.replaceAll(':', '%3a')}:${encodeToy(prefix)}*`,
    },
    ['*'],
  ],
  [
    'delete of the whole tenant',
    'P4',
    'mechanism',
    { handle: (right) => ({ delete: () => right.clear() }) },
  ],
  ['clear that removes nothing', 'P5', 'mechanism', { pattern: () => 'toy-*' }],
  [
    'a load that lands behind a clear',
    'P5',
    'mechanism',
    {
      handle: (right) => ({
        getOrLoad: async (key: string, load: () => Promise<string>) => {
          const value = await load();
          await right.set(key, value);
          return value;
        },
      }),
    },
  ],
  [
    'misses that are remembered by key alone',
    'P7',
    'no-mechanism',
    {
      handle: (right, { local }) => ({
        get: async (key: string) => {
          if (local.has(key)) return undefined;
          const value = await right.get(key);
          if (value === undefined) local.set(key, 'missed');
          return value;
        },
        set: async (key: string, value: string) => {
          local.delete(key);
          await right.set(key, value);
        },
      }),
    },
  ],
  [
    'a refusal that leaves its value behind',
    'P11',
    'unusual-ids',
    {
      handle: (right) => ({
        set: async (key: string, value: string) => {
          await right.set(key, value);
          if (!/^[\w./:-]+$/.test(key)) throw new Error('a key without odd characters');
        },
      }),
    },
  ],
  [
    'a failing load that fails the neighbour',
    'P11',
    'mechanism',
    { handle: (_, { flights }) => ({ getOrLoad: shareFlights(flights) }) },
  ],
  [
    'answers that are mixed up under load',
    'P12',
    'mechanism',
    {
      handle: (right, { local }) => ({
        get: async (key: string) => {
          local.set('asked', key);
          await Promise.resolve();
          return right.get(local.get('asked') ?? key);
        },
      }),
    },
  ],
  [
    'a tenant of a write that the next write overwrites',
    'P12',
    'mechanism',
    {
      handle: (right, { local, client }, tenant) => ({
        set: async (key: string, value: string) => {
          local.set('writer', encodeToy(tenant));
          await right.get(key);
          await client.set(`toy:${local.get('writer')}:${encodeToy(key)}`, value);
        },
      }),
    },
  ],
  [
    'loads shared by key alone',
    'P14',
    'mechanism',
    { handle: (_, { flights }) => ({ getOrLoad: shareFlights(flights) }) },
  ],
  [
    'a listing of everybody',
    'P18',
    'no-mechanism',
    { handle: (_, { client }) => ({ keys: () => client.keys('*') }) },
  ],
  [
    'a listing that misses some',
    'P18',
    'mechanism',
    { handle: (right) => ({ keys: async () => (await right.keys()).slice(1) }) },
  ],
  [
    "a listing that a neighbour's delete thins out",
    'P18',
    'no-mechanism',
    {
      handle: (right, { local }) => ({
        delete: async (key: string) => {
          local.set(encodeToy(key), 'deleted');
          await right.delete(key);
        },
        keys: async () => {
          const listed = await right.keys();
          return listed.filter((name) => !local.has(name.slice(name.lastIndexOf(':') + 1)));
        },
      }),
    },
  ],
  [
    'a clear that a new handle forgets',
    'P19',
    'mechanism',
    {
      traits: { localTier: true },
      handle: (right) => {
        let isCleared = false;
        return {
          clear: async () => {
            isCleared = true;
          },
          get: async (key: string) => (isCleared ? undefined : right.get(key)),
        };
      },
    },
  ],
  [
    'a life fifty times as long',
    'TTL',
    'mechanism',
    {
      handle: (right) => ({
        set: (key: string, value: string, options?: { ttlMs?: number }) =>
          right.set(
            key,
            value,
            options?.ttlMs === undefined ? undefined : { ttlMs: 50 * options.ttlMs },
          ),
      }),
    },
  ],
];

/** Text in which nobody finds the parts. */
function seal(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64');
}

function unseal(sealed: string | undefined): readonly (string | undefined)[] {
  return sealed === undefined ? [] : JSON.parse(Buffer.from(sealed, 'base64').toString());
}

function shareFlights(flights: Map<string, Promise<string>>) {
  return (key: string, load: () => Promise<string>) => {
    const running = flights.get(key);
    if (running !== undefined) return running;
    const started = load();
    flights.set(key, started);
    const forget = () => flights.delete(key);
    started.then(forget, forget);
    return started;
  };
}

describe('a cache that does everything right', () => {
  it('holds every property, none skipped but what needs a refusal', async () => {
    const result = await check(makeToy());

    const notHeld = result.properties.filter(({ verdict }) => verdict !== 'held');
    expect(notHeld.map(({ id, aspects }) => ({ id, aspects }))).toEqual([]);
    expect(result).toMatchObject({ verdict: 'PASS', reasons: [], remarks: [] });
    expect(result.refusals.length).toBeGreaterThan(0);
    expect(await server.client().dbsize()).toBe(0);
  }, 120_000);

  it('may leave out what it does not offer, which is listed as skipped', async () => {
    const missing = { clear: undefined, keys: undefined, getOrLoad: undefined };
    const result = await check(makeToy({ handle: () => missing }), ['P1', 'P2', 'P14', 'P18']);

    expect(result.properties.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['P1', 'held'],
      ['P2', 'held'],
      ['P14', 'skipped'],
      ['P18', 'skipped'],
    ]);
    expect(result.verdict).toBe('PASS');
  });

  it('may go on serving from a local tier that it declares', async () => {
    const localTier: ToyFault['handle'] = (right, { local }, tenant) => {
      const place = (key: string) => JSON.stringify([tenant, key]);
      const forget = async (remove: () => Promise<void>) => {
        for (const name of local.keys()) {
          if ((JSON.parse(name) as string[])[0] === tenant) local.delete(name);
        }
        await remove();
      };
      return {
        get: async (key: string) => {
          const value = local.get(place(key)) ?? (await right.get(key));
          if (value !== undefined) local.set(place(key), value);
          return value;
        },
        set: (key: string, value: string, options?: { ttlMs?: number }) =>
          forget(() => right.set(key, value, options)),
        delete: (key: string) => forget(() => right.delete(key)),
        clear: () => forget(() => right.clear()),
        invalidatePrefix: (prefix: string) => forget(() => right.invalidatePrefix(prefix)),
        getOrLoad: undefined,
      };
    };
    const ids = ['P3', 'P5'];
    const declared = await check(makeToy({ handle: localTier, traits: { localTier: true } }), ids);
    const undeclared = await check(makeToy({ handle: localTier }), ids);

    expect(declared.properties.map(({ verdict }) => verdict)).toEqual(['held', 'held']);
    expect(undeclared.properties.map(({ verdict }) => verdict)).toEqual(['broken', 'broken']);
  });
});

describe('a cache that P4 has nothing to hold against', () => {
  it('may rewrite an entry whenever it is read', async () => {
    const countHits: ToyFault['handle'] = (right) => ({
      getOrLoad: undefined,
      set: (key: string, value: string) => right.set(key, `0 ${value}`),
      get: async (key: string) => {
        const [, hits = '', value] = /^(\d+) (.*)$/s.exec((await right.get(key)) ?? '') ?? [];
        if (value !== undefined) await right.set(key, `${Number(hits) + 1} ${value}`);
        return value;
      },
    });

    const { properties, reasons } = await check(makeToy({ handle: countHits }), ['P4']);

    expect(properties.map(({ verdict }) => verdict)).toEqual(['held']);
    expect(reasons).toEqual([]);
  });

  it('may lose what it likes, where it says that it is lossy', async () => {
    const evictOne: ToyFault['handle'] = (right, { client }) => {
      const evict = async () => {
        const [oldest] = (await client.keys('toy:*')).sort();
        if (oldest !== undefined) await client.unlink(oldest);
      };
      return {
        delete: (key: string) => right.delete(key).then(evict),
        clear: () => right.clear().then(evict),
        invalidatePrefix: (prefix: string) => right.invalidatePrefix(prefix).then(evict),
      };
    };
    const lossy = await check(makeToy({ handle: evictOne, traits: { lossy: true } }), ['P4']);
    const unsaid = await check(makeToy({ handle: evictOne }), ['P4']);

    expect(lossy.properties.map(({ verdict }) => verdict)).toEqual(['held']);
    expect(unsaid.properties.map(({ verdict }) => verdict)).toEqual(['broken']);
  });
});

describe('a cache with one thing wrong', () => {
  const cases = BROKEN.map(([what, id, kind, fault, characters = []]) => ({
    ...{ what, id, kind, fault, characters },
  }));

  it.each(cases)('$what: $id is broken, $kind', async ({ id, kind, fault, characters }) => {
    const result = await check(makeToy(fault), [id]);

    const [property] = result.properties;
    expect(property).toMatchObject({ id, verdict: 'broken', class: kind });
    expect(result.verdict).toBe('FAIL');
    const seen = property?.aspects.flatMap(({ finding }) => finding?.characters ?? []);
    expect(seen).toEqual(expect.arrayContaining([...characters]));
    expect(property?.counterexample?.repeated.times).toBeGreaterThan(0);
  });

  it('shows the Redis keys that took part, and no value', async () => {
    const result = await check(makeToy({ layout: (t, k) => t + k }), ['P1']);

    const counterexample = result.properties[0]?.counterexample;
    expect(counterexample?.redisKeys).toHaveLength(1);
    expect(counterexample?.steps[0]?.redis.created).toEqual(counterexample?.redisKeys);
    expect(counterexample?.steps[1]?.redis.changed).toEqual(counterexample?.redisKeys);
    expect(counterexample?.tenants.join('').length).toBeLessThanOrEqual(3);
    expect(JSON.stringify(result)).not.toContain('qpw7t');
  });

  it('shows the values where they are asked for', async () => {
    const result = await check(makeToy({ layout: (t, k) => t + k }), ['P1'], { showValues: true });

    expect(JSON.stringify(result.properties[0]?.counterexample)).toContain('qpw7t');
  });

  it('finds the same again with the same seed', async () => {
    const toy = makeToy({ layout: (t, k) => `${t}:${k}` });
    const [one, other] = [await check(toy, ['P1']), await check(toy, ['P1'])];

    expect(one.properties).toEqual(other.properties);
  });
});

describe('a check that could not have failed', () => {
  it('is invalid where every tenant is refused', async () => {
    const refuse = () => {
      throw new Error('not allowed');
    };
    const adapter: Adapter = {
      name: 'refuses',
      open: async () => ({ tenant: async () => refuse(), close: async () => {} }),
    };
    const result = await check(adapter, ['P1', 'P2'], { tries: 10 });

    expect(result.verdict).toBe('INVALID');
    expect(result.reasons[0]).toBe(
      'every input was refused, as tenant("alpha") was, which threw Error: not allowed',
    );
    expect(result.reasons).toContain('P1 could not be tried: every input was refused');
    // More time would change nothing.
    expect(result.reasons.join('\n')).not.toContain('--minutes');
    expect(result.refusals[0]).toMatchObject({
      operation: 'tenant',
      message: 'Error: not allowed',
    });
  });

  it.each([
    ['every read', () => true],
    ['every second read', (count: number) => count % 2 === 0],
  ])('is invalid where %s is refused', async (_, isRefused) => {
    let count = 0;
    // Nothing on the server tells of its expiry: that is looked for by reading.
    const open = async () => {
      const entries = new Map<string, string>();
      const tenant = async (id: string) => ({
        get: async (key: string) => {
          count += 1;
          if (isRefused(count)) throw new Error(`nope\u001b[2J ${'x'.repeat(200)}\nand so on`);
          return entries.get(JSON.stringify([id, key]));
        },
        set: async (key: string, value: string) => {
          entries.set(JSON.stringify([id, key]), value);
        },
      });
      return { tenant, close: async () => {} };
    };
    const result = await check({ name: 'memory', open }, ['P1', 'P2'], { tries: 10 });

    expect(result.verdict).toBe('INVALID');
    expect(result.reasons[0]).toMatch(
      /^(every input was|inputs were) refused, as get\("alpha", "kay"\) was, which threw Error: nope[ -~]{65}$/,
    );
    expect(result.refusals[0]).toMatchObject({ operation: 'get' });
  });

  it('says that inputs were refused where some of them were', async () => {
    const handle = () => ({
      clear: async () => {
        throw new Error('read only');
      },
    });
    const result = await check(makeToy({ handle }), ['P1', 'P2', 'P5'], { tries: 60 });

    expect(result.verdict).toBe('INVALID');
    expect(result.reasons[0]).toMatch(/^inputs were refused, as clear\(.*threw Error: read only$/);
    expect(result.reasons).toContain('P5, clear could not be tried: every input was refused');
  });

  it('is invalid where nothing that is written can be read', async () => {
    const handle = () => ({ get: async () => undefined });
    const result = await check(makeToy({ handle }), ['P1', 'P2', 'P5']);

    expect(result.verdict).toBe('INVALID');
    expect(result.reasons.join('\n')).toContain('P5, clear could not be tried');
  });

  it('is invalid where the time was too short for every kind of confusion', async () => {
    const result = await check(makeToy(), ['P1', 'P2'], { tries: 3 });

    expect(result.verdict).toBe('INVALID');
    expect(result.reasons.join('\n')).toContain('kinds of confusion that were never tried');
  });
});

describe('the progress of a check', () => {
  it('says in which way the names that are tried are confused', async () => {
    const told = new Set<string>();
    const onProgress = (_done: number, _total: number, doing: string) => told.add(doing);
    await check(makeToy(), ['P1', 'P2'], { tries: 30, onProgress });

    expect(told.size).toBeGreaterThan(10);
    expect([...told]).toContain('ordinary names: two unrelated tenants');
    expect([...told]).toContain('odd names: split at a separator');
  });
});

describe('a server that others use', () => {
  it('keeps the keys of others, and is left without any of ours', async () => {
    const client = server.client();
    await client.select(3);
    await client.mset('toy:alpha:k', 'theirs', 'a', 'theirs', 'k', 'theirs');
    const url = `${redisUrl}/3`;

    const result = await check(makeToy(), ['P1', 'P4'], { redisUrl: url, isOwnServer: false });

    expect(result).toMatchObject({ verdict: 'PASS', remarks: [] });
    expect((await client.keys('*')).sort()).toEqual(['a', 'k', 'toy:alpha:k']);
  });

  it('is told where the cache under test removed keys of others', async () => {
    const client = server.client();
    await client.select(4);
    await client.set('theirs', '1');
    const adapter = makeToy({ handle: (_, opened) => ({ clear: () => opened.client.flushdb() }) });
    const shared = { redisUrl: `${redisUrl}/4`, isOwnServer: false };

    const result = await check(adapter, ['P4'], { ...shared, tries: 5 });

    expect(result.remarks.join()).toContain('1 key is gone that had been there before (theirs)');
  });
});
