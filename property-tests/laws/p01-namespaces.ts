import fc from 'fast-check';
import {
  META_EXPIRY,
  META_FENCES,
  META_GRAVE,
  META_LEASES,
  META_STATE,
  META_TAG,
  META_TAGS,
  type TenantKeys,
} from '../../core/tenancy/keyspace.ts';
import { type ConfusableEntries, confusableEntries } from '../arbitraries/confusable-entries.ts';
import { CONFUSIONS } from '../arbitraries/confusions.ts';
import { demand, type Law, type Trial } from './law.ts';
import { matchesGlob } from './redis-glob.ts';
import { CONFUSIONS_COVERED, shown } from './trace.ts';

interface NamespacesCase extends ConfusableEntries {
  /** Of the first tenant, which outgrew a shard. */
  readonly partition: number;
  readonly tag: string;
}

/**
 * P1: a Redis key belongs to one tenant and one key only, no tenant's keys begin with another's
 * prefix, no tenant's pattern matches another's keys, and each tenant's keys share a Redis Cluster
 * slot of their own name.
 *
 * Left out: which keys the scripts really touch (P14 looks at their arguments, P17 executes them).
 *
 * Breaks in: t = "a", u = "a:", layout `<tenant>:<key>`: `a::k` is t's ":k" and u's "k".
 */
export const NAMESPACES: Law<NamespacesCase> = {
  property: 'P1',
  name: 'namespaces',
  statement: 'no two tenants share a Redis key, a prefix, a pattern or a hash tag',
  usesStore: false,
  covers: [...CONFUSIONS_COVERED, 'keys compared'],

  cases: ({ vocabulary }) =>
    fc
      .record({
        pair: confusableEntries({ vocabulary }),
        partition: fc.nat({ max: 20 }),
        tag: fc.constantFrom('x', '', ...vocabulary.words.slice(0, 8)),
      })
      .map(({ pair, partition, tag }) => ({ ...pair, partition, tag })),

  async check(one, trial) {
    const family = CONFUSIONS.find(({ name }) => name === one.confusion)?.family;
    trial.coverage.count(`tenants: ${family}`);
    const homes = homesOf(one, trial);
    if (homes === undefined) {
      trial.coverage.count('a tenant id was refused');
      return;
    }
    for (const home of homes) {
      checkAlone(home, trial);
      for (const other of homes) if (other !== home) checkApart(home, other);
    }
    trial.coverage.count('keys compared');
  },

  tell: ({ confusion, tenants: [t, u], keys: [k, j], partition }) => [
    `t = ${shown(t)}, u = ${shown(u)}: ${confusion}`,
    `t has the key ${shown(k)} and a partition ${partition}, u has the key ${shown(j)}`,
  ],
};

/** The keys of a tenant, or of a partition of one. */
interface Home {
  readonly name: string;
  readonly tenant: string;
  readonly key: string;
  readonly partition: number | undefined;
  readonly keys: TenantKeys;
  /** What it writes to Redis. */
  readonly redisKeys: readonly string[];
}

function homesOf(one: NamespacesCase, { core }: Trial): Home[] | undefined {
  const keyspace = core.makeKeyspace();
  try {
    const [t, u] = one.tenants.map(core.parseTenantId);
    if (t === undefined || u === undefined) return undefined;
    const home = (name: string, tenant: typeof t, key: string, partition?: number): Home => {
      const keys = keyspace.ofTenant(tenant, partition);
      return { name, tenant, key, partition, keys, redisKeys: redisKeysOf(keys, key, one.tag) };
    };
    const [k, j] = one.keys;
    return [home('t', t, k), home('u', u, j), home("t's partition", t, k, one.partition)];
  } catch (error) {
    if ((error as Error).name === 'InvalidInputError') return undefined;
    throw error;
  }
}

function redisKeysOf(keys: TenantKeys, key: string, tag: string): string[] {
  const meta = keys.state.slice(0, -META_STATE.length);
  const names = [META_STATE, META_EXPIRY, META_FENCES, META_GRAVE, META_LEASES, META_TAGS];
  const metaKeys = [...names, META_TAG + tag].map((name) => meta + name);
  return [keys.entryPrefix + key, keys.lru, ...metaKeys];
}

function checkAlone(
  { name, tenant, key, partition, keys, redisKeys }: Home,
  { core }: Trial,
): void {
  const decoded = core.makeKeyspace().decodeEntry(keys.entryPrefix + key);
  demand(
    decoded?.tenant === tenant && decoded.key === key && decoded.partition === partition,
    () => `${name}'s ${shown(keys.entryPrefix + key)} is read back as ${JSON.stringify(decoded)}`,
  );
  demand(new Set(redisKeys).size === redisKeys.length, () => `${name} uses a Redis key twice`);
  for (const redisKey of redisKeys) {
    demand(
      keys.patterns.some((pattern) => matchesGlob(pattern, redisKey)),
      () => `${name}'s patterns miss its ${shown(redisKey)}`,
    );
  }
  const tags = new Set(redisKeys.map(hashTagOf));
  demand(tags.size === 1 && !tags.has(''), () => `${name}'s keys have the hash tags ${[...tags]}`);
}

function checkApart(home: Home, other: Home): void {
  for (const redisKey of other.redisKeys) {
    const whose = `${other.name}'s ${shown(redisKey)}`;
    demand(!home.redisKeys.includes(redisKey), () => `${whose} is ${home.name}'s, too`);
    demand(!redisKey.startsWith(home.keys.entryPrefix), () => `${whose} begins as ${home.name}'s`);
    const pattern = home.keys.patterns.find((one) => matchesGlob(one, redisKey));
    demand(pattern === undefined, () => `${whose} matches ${home.name}'s ${shown(pattern ?? '')}`);
  }
  const [tag, otherTag] = [home, other].map(({ keys }) => hashTagOf(keys.state));
  demand(tag !== otherTag, () => `${home.name} and ${other.name} share the hash tag ${tag}`);
}

/** What Redis Cluster hashes: between the first brace and the next closing one; '' for none. */
function hashTagOf(redisKey: string): string {
  const from = redisKey.indexOf('{');
  const to = redisKey.indexOf('}', from + 1);
  return from < 0 || to < 0 ? '' : redisKey.slice(from + 1, to);
}
