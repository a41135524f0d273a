import fc from 'fast-check';
import type { LookupRequest, Store } from '../../core/stores/store.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import { type ConfusableEntries, confusableEntries } from '../arbitraries/confusable-entries.ts';
import { CONFUSIONS } from '../arbitraries/confusions.ts';
import { demand, type Law, type Trial } from './law.ts';
import { matchesGlob } from './redis-glob.ts';
import { CONFUSIONS_COVERED, shown, tenantLetter } from './trace.ts';

const VERBS = [
  ...(['lookup', 'put', 'invalidate', 'acquire', 'release'] as const),
  ...(['usage', 'list', 'reconcile', 'remove'] as const),
];
type Verb = (typeof VERBS)[number];

interface Call {
  readonly who: 0 | 1;
  readonly verb: Verb;
}

interface ArgumentsCase extends ConfusableEntries {
  readonly calls: readonly Call[];
}

/**
 * P14: every command to Redis names keys of the asking tenant only, and a lookup or put exactly the
 * entry that was asked for, though commands of both tenants are written side by side.
 *
 * Left out: what a script does with its keys (P17 executes them under a user of the tenant's own).
 *
 * Breaks in: t puts "k", then u puts "j"; u's command carries the key of t's.
 */
export const SCRIPT_ARGUMENTS: Law<ArgumentsCase> = {
  property: 'P14',
  name: 'script-arguments',
  statement: 'a command names the keys of the tenant that asks, and no others',
  usesStore: false,
  covers: [...CONFUSIONS_COVERED, ...VERBS],

  cases: ({ vocabulary }) => {
    const who = fc.constantFrom<(0 | 1)[]>(0, 1);
    const call = fc.record({ who, verb: fc.constantFrom(...VERBS) });
    return fc
      .record({
        pair: confusableEntries({ vocabulary }),
        calls: fc.array(call, { minLength: 1, maxLength: 8 }),
      })
      .map(({ pair, calls }) => ({ ...pair, calls }));
  },

  async check(one, trial) {
    const family = CONFUSIONS.find(({ name }) => name === one.confusion)?.family;
    trial.coverage.count(`tenants: ${family}`);
    const ids = idsOf(one, trial);
    if (ids === undefined) return;
    let sent: readonly string[][] = [];
    const store = trial.core.openRunnerStore({
      send: async (words) => {
        sent = [...sent, [...words]];
        // Whose keys a call names shows in its first command; a recount would go on for ever.
        if (sent.length > one.calls.length) throw new Error('no further answer');
        return ANSWER;
      },
      encode: (attributes, value) => attributes + String(value),
      decode: () => ({ value: '', seal: '', loadMs: 0 }),
      explain: (error) => error as never,
      close: async () => {},
    });
    const calls = one.calls.map(async ({ who, verb }) => {
      const before = sent.length;
      const [tenant, key] = [ids[who], one.keys[who]];
      const done = run(store, verb, tenant, key).catch(() => undefined);
      trial.coverage.count(verb);
      for (const words of sent.slice(before)) checkWords(words, { who, verb, key }, one, trial);
      await done;
    });
    await Promise.all(calls);
  },

  tell: ({ confusion, tenants: [t, u], keys: [k, j], calls }) => [
    `t = ${shown(t)} with ${shown(k)}, u = ${shown(u)} with ${shown(j)}: ${confusion}`,
    calls.map(({ who, verb }) => `${tenantLetter(who)} ${verb}`).join(', '),
  ],
};

/** Reads as a miss, a stored put, an empty batch, ...: zeros are something to every script. */
const ANSWER = Array.from({ length: 13 }, () => 0);

function idsOf(
  { tenants }: ArgumentsCase,
  { core }: Trial,
): readonly [TenantId, TenantId] | undefined {
  try {
    const [t, u] = tenants.map(core.parseTenantId);
    return t === undefined || u === undefined ? undefined : [t, u];
  } catch {
    // Refused, which is tried elsewhere.
    return undefined;
  }
}

const LIMIT = { ratePerSecond: 1, burst: 1, enforcement: 'enforce' } as const;
const QUOTA = { quotaBytes: 1000, atQuota: 'evict', enforcement: 'enforce' } as const;

async function run(store: Store, verb: Verb, tenant: TenantId, key: string): Promise<unknown> {
  const request: LookupRequest = { tenant, key, limit: LIMIT, nowMs: 1 };
  const lease = { tenant, key, token: 'token', leaseMs: 1, nowMs: 1 };
  switch (verb) {
    case 'lookup':
      return store.lookup(request);
    case 'put':
      return store.put({ ...request, value: 'v', seal: 's', ttlMs: 1, quota: QUOTA });
    case 'invalidate':
      return store.invalidate({ tenant, scope: { kind: 'key', key }, nowMs: 1 });
    case 'acquire':
      return store.acquireLease(lease);
    case 'release':
      return store.releaseLease(lease);
    case 'usage':
      return store.readUsage(tenant, 1);
    case 'list':
      return store.listKeys(tenant, 1);
    case 'reconcile':
      return store.reconcile(tenant, 1);
    case 'remove':
      return store.removeTenant(tenant);
  }
}

function checkWords(
  words: readonly string[],
  { who, verb, key }: Call & { readonly key: string },
  one: ArgumentsCase,
  { core }: Trial,
): void {
  const keyspace = core.makeKeyspace();
  const ids = one.tenants.map(core.parseTenantId);
  const [own, other] = [ids[who], ids[1 - who]].map((id) => keyspace.ofTenant(id as TenantId));
  const named = words.slice(3, 3 + Number(words[2]));
  const whose = `the command of ${tenantLetter(who)}'s ${verb} names`;
  demand(named.length === 3, () => `${whose} ${named.length} keys`);
  for (const name of named) {
    const isOwn = own?.patterns.some((pattern) => matchesGlob(pattern, name)) ?? false;
    const isOther = other?.patterns.some((pattern) => matchesGlob(pattern, name)) ?? true;
    demand(isOwn && !isOther, () => `${whose} ${shown(name)}`);
  }
  if (verb === 'lookup' || verb === 'put') {
    const entry = named[2] ?? '';
    demand(entry === `${own?.entryPrefix}${key}`, () => `${whose} ${shown(entry)}`);
  }
}
