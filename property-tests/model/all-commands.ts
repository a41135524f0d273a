import fc from 'fast-check';
import type { Enforcement, Scope } from '../../core/stores/store.ts';
import { AcquireLease } from './commands/acquire-lease.ts';
import { Advance } from './commands/advance.ts';
import { Invalidate } from './commands/invalidate.ts';
import { List } from './commands/list.ts';
import { Lookup } from './commands/lookup.ts';
import { Put } from './commands/put.ts';
import { Reconcile } from './commands/reconcile.ts';
import { ReleaseLease } from './commands/release-lease.ts';
import { RemoveTenant } from './commands/remove-tenant.ts';
import type { Model, Real, Who } from './stores.ts';

type Command = fc.AsyncCommand<Model, Real>;

/** Few keys, some of them in another order by UTF-16 units than by bytes. */
const key = fc.constantFrom('a', 'b', 'ab', 'a\u{1f600}', 'a\uff5e', '', '*', 'ж', 'c1', 'c2');
const who = fc.constantFrom<Who[]>(0, 1);
const tag = fc.constantFrom('x', 'y', 'k');
const token = fc.constantFrom('one', 'two');
const enforcement = fc.constantFrom<Enforcement[]>(
  'enforce',
  'enforce',
  'enforce',
  'off',
  'shadow',
);
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.record({ kind: fc.constant('key' as const), key }),
  fc.record({ kind: fc.constant('prefix' as const), prefix: key }),
  fc.record({ kind: fc.constant('tag' as const), tag }),
  fc.constant({ kind: 'tenant' as const }),
);
const putOptions = fc.record({
  size: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constant(6000)),
  ttlMs: fc.constantFrom(1, 500, 4000, 60_000),
  tags: fc.uniqueArray(tag, { maxLength: 2 }),
  atQuota: fc.constantFrom<('evict' | 'refuse')[]>('evict', 'evict', 'evict', 'refuse'),
  quotaEntries: fc.constantFrom(undefined, undefined, 4),
  enforcement,
  fence: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
});

const lookup: fc.Arbitrary<Command> = fc
  .tuple(who, key, fc.constantFrom(0, 0.5, 1, 3), enforcement)
  .map((drawn) => new Lookup(...drawn));
const put: fc.Arbitrary<Command> = fc.tuple(who, key, putOptions).map((drawn) => new Put(...drawn));
const invalidate: fc.Arbitrary<Command> = fc
  .tuple(who, scope)
  .map((drawn) => new Invalidate(...drawn));
const advance: fc.Arbitrary<Command> = fc
  .constantFrom(1, 7, 400, 1000, 6000, 700_000)
  .map((ms) => new Advance(ms));

/** Everything a store can be asked, lookups and puts most of all. */
export const ALL_COMMANDS: fc.Arbitrary<Command>[] = [
  ...[lookup, lookup, lookup, lookup, put, put, put, put, put, invalidate, invalidate, advance],
  who.map((one) => new List(one)),
  who.map((one) => new Reconcile(one)),
  who.map((one) => new RemoveTenant(one)),
  fc.tuple(who, key, token).map((drawn) => new AcquireLease(...drawn)),
  fc.tuple(who, key, token).map((drawn) => new ReleaseLease(...drawn)),
];

/** What a run over these commands must have met. */
export const MODEL_COVERS = [
  ...['hit', 'miss', 'rejected', 'stored', 'evicted', 'outdated', 'quota', 'entry-too-large'],
  ...['invalidated', 'listed', 'reconciled', 'removed', 'acquired', 'released'],
];
