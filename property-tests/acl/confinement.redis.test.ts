import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT, tenantsOf } from '../../core/stores/contract.ts';
import { CONTRACT_ASSERTIONS } from '../../core/stores/contract-assert.ts';
import { fill } from '../../core/stores/contract-case.ts';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import { SCRIPTS } from '../../core/stores/lua/scripts.generated.ts';
import type { Store } from '../../core/stores/store.ts';
import { confusablePair } from '../../core/tenancy/confusable-tenants.fixture.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../core/tenancy/tenant-id.ts';
import type { RawConnection } from '../faults/raw-connection.ts';
import type { Reply } from '../faults/resp.ts';
import { type LockedServer, loginOf, startLockedServer, userOf } from './locked-server.fixture.ts';
import { type Confinement, isDenied, proveConfinement } from './prove-confinement.ts';
import { routeByTenant } from './route-by-tenant.fixture.ts';
import type { AclUser } from './tenant-user.ts';

const keyspace = makeKeyspace();
const [ACME, GLOBEX] = [parseTenantId('acme'), parseTenantId('globex')];
/** Granted without a key: see `tenant-user.ts`. A script may be run that names none. */
const OPEN = new Set(['ping', 'client|setname', 'time', 'eval', 'evalsha']);
/** Should they be let through, they end the server, its users or the connection's turn-taking. */
const WRECKING = new Set(
  'shutdown debug acl|deluser acl|setuser acl|load config|set config|rewrite replicaof slaveof'
    .concat(' failover monitor psync sync subscribe psubscribe ssubscribe client|kill client|reply')
    .concat(
      ' client|pause client|no-evict script|debug cluster|reset swapdb flushall flushdb multi exec',
    )
    .concat(' blpop brpop blmove brpoplpush blmpop bzpopmin bzpopmax bzmpop wait save bgsave')
    .split(' '),
);

let locked: LockedServer;
let admin: RawConnection;
beforeAll(async () => {
  locked = await startLockedServer();
  admin = locked.admin;
});
afterAll(() => locked.stop());

/** Everything that the neighbour left in Redis, byte for byte. */
async function dumpOf(tenant: TenantId): Promise<Map<string, Reply>> {
  const found = new Map<string, Reply>();
  for (const pattern of keyspace.ofTenant(tenant).patterns) {
    for (const key of (await admin.call(['KEYS', pattern])) as string[]) {
      found.set(key, await admin.call(['DUMP', key]));
    }
  }
  return found;
}

async function fillNeighbour(): Promise<void> {
  const client = new Redis(loginOf(locked.server, 'admin'));
  const store = makeIoredisStore(client, { keyspace });
  await store.put(fill(GLOBEX, 'k', { tags: ['x'] }));
  await store.invalidate({ tenant: GLOBEX, scope: { kind: 'key', key: 'other' } });
  await store.acquireLease({ tenant: GLOBEX, key: 'k', token: 't', leaseMs: 60_000 });
  await store.close();
}

async function proveFor(user: AclUser, untried?: ReadonlySet<string>): Promise<Confinement> {
  await locked.make(user);
  return proveConfinement({
    admin,
    openAsUser: () => locked.login(user.name),
    ownKey: `${keyspace.ofTenant(ACME).entryPrefix}k`,
    foreignKey: `${keyspace.ofTenant(GLOBEX).entryPrefix}k`,
    openCommands: OPEN,
    ...(untried === undefined ? {} : { untried }),
  });
}

describe('a tenant’s Redis user', () => {
  it('is refused every command on a foreign key, in scripts too, and every look around', async () => {
    await fillNeighbour();
    const before = await dumpOf(GLOBEX);

    const proof = await proveFor(userOf('acme'));

    expect(proof.leaks).toEqual([]);
    expect(proof.uncovered).toEqual([]);
    expect(proof.commandCount).toBeGreaterThan(300);
    expect(proof.trialCount).toBeGreaterThan(2 * proof.commandCount);
    expect(proof.ownAllowedCount).toBeGreaterThan(20);
    expect(await dumpOf(GLOBEX)).toEqual(before);
    expect(before.size).toBeGreaterThan(4);
  });

  it('holds by its key patterns alone, where all commands are granted', async () => {
    const user = userOf('acme');
    const granting = { ...user, rules: [...user.rules.filter(isNoCommand), '+@all'] };

    const proof = await proveFor(granting, WRECKING);

    expect(proof.leaks.filter(({ namesForeignKey }) => namesForeignKey)).toEqual([]);
    expect(proof.uncovered).toEqual([]);
    expect(proof.ownAllowedCount).toBeGreaterThan(150);
    // What no key pattern can stop, and the reason why commands are granted one by one.
    const commands = new Set(proof.leaks.map(({ command }) => command));
    const keyless = ['scan', 'keys', 'randomkey', 'dbsize', 'client|tracking', 'function|load'];
    expect(keyless.filter((command) => !commands.has(command))).toEqual([]);
  });

  it.each([
    ['may scan', (rules: readonly string[]) => [...rules, '+scan'], 'scan'],
    ['may count', (rules: readonly string[]) => [...rules, '+dbsize'], 'dbsize'],
    ['reads all keys', (rules: readonly string[]) => [...rules, '%R~*'], 'get'],
    ['writes all keys', (rules: readonly string[]) => [...rules, '%W~*'], 'unlink'],
    ['has an open pattern', (rules: readonly string[]) => [...rules, '~cache:{g*'], 'hget'],
    ['sorts by others', (rules: readonly string[]) => [...rules, '+sort', '~cache:*'], 'sort'],
  ])('would be found out if it %s', async (_, weaken, command) => {
    const user = userOf('acme', { name: 'weakened' });

    const proof = await proveFor({ ...user, rules: weaken(user.rules) }, WRECKING);

    expect(proof.leaks.map((leak) => leak.command)).toContain(command);
  });

  it('cannot become somebody else by RESET, where the default user is locked', async () => {
    await locked.make(userOf('acme'));
    const connection = await locked.login('tenant:acme');
    await connection.call(['RESET']);

    const reply = await connection.call(['GET', 'anything']);
    connection.close();

    expect(reply).toMatchObject({ message: expect.stringMatching(/^NOAUTH/) });
  });

  it('reads shared market data and cannot change it', async () => {
    await locked.make(userOf('acme'));
    const shared = keyspace.sharedMarket('NYSE', 'IBM', '1m', 'ohlc');
    await admin.call(['SET', shared, 'bars']);
    const connection = await locked.login('tenant:acme');

    const replies = [];
    for (const words of [
      ['GET', shared],
      ['SET', shared, 'forged'],
      ['UNLINK', shared],
    ]) {
      replies.push(await connection.call(words));
    }
    connection.close();

    expect(replies.map((reply) => (isDenied(reply) ? 'denied' : reply))).toEqual([
      'bars',
      'denied',
      'denied',
    ]);
  });

  it('is kept from every key of a tenant of a confusable name', async () => {
    let triedCount = 0;
    await fc.assert(
      fc.asyncProperty(confusablePair, async ({ ids }) => {
        const [t, u] = ids.map(accept);
        if (t === undefined || u === undefined || t === u) return;
        const user = userOf(t, { name: 'confusable' });
        await locked.make(user);
        const connection = await locked.login(user.name);
        for (const theirs of [keyspace.ofTenant(u), keyspace.ofTenant(u, 1)]) {
          for (const key of [`${theirs.entryPrefix}k`, theirs.state, theirs.lru]) {
            expect(isDenied(await connection.call(['GET', key]))).toBe(true);
          }
        }
        const own = keyspace.ofTenant(t);
        for (const key of [`${own.entryPrefix}k`, own.state, own.lru]) {
          expect(isDenied(await connection.call(['GET', key]))).toBe(false);
        }
        connection.close();
        triedCount += 1;
      }),
      { numRuns: 300 },
    );
    expect(triedCount).toBeGreaterThan(100);
  });
});

describe.each([
  ['that loads its scripts itself', true],
  ['whose scripts an administrator loaded', false],
])('the core under a tenant’s user %s', (_, mayLoadScripts) => {
  let clients: Redis[] = [];
  afterEach(() => {
    for (const client of clients) client.disconnect();
    clients = [];
  });

  /** Each tenant's operations go over a connection of its own, under its own user. */
  function makeStore(): Store {
    const stores = new Map<TenantId, Store>();
    return routeByTenant(async (tenant) => {
      const known = stores.get(tenant);
      if (known !== undefined) return known;
      const user = userOf(tenant, { mayLoadScripts });
      await locked.make(user);
      const client = new Redis(loginOf(locked.server, user.name));
      clients.push(client);
      const store = makeIoredisStore(client, { keyspace });
      stores.set(tenant, store);
      return store;
    });
  }

  for (const [at, { name, run }] of CONTRACT.entries()) {
    it(name, async () => {
      await admin.call(['SCRIPT', 'FLUSH']);
      if (!mayLoadScripts) await loadScripts();
      const tenant = tenantsOf(`acl-${mayLoadScripts}`, at);
      await run({ store: makeStore(), tenant, ...CONTRACT_ASSERTIONS });
    });
  }
});

async function loadScripts(): Promise<void> {
  for (const { source } of Object.values(SCRIPTS)) await admin.call(['SCRIPT', 'LOAD', source]);
}

function isNoCommand(rule: string): boolean {
  return !/^[+-]/.test(rule);
}

function accept(id: string): TenantId | undefined {
  try {
    return parseTenantId(id);
  } catch {
    return undefined;
  }
}
