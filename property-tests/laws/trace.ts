import fc from 'fast-check';
import type { Scope } from '../../core/stores/store.ts';
import { isWellFormed } from '../../core/tenancy/utf8.ts';
import { confusableEntries } from '../arbitraries/confusable-entries.ts';
import { CONFUSIONS } from '../arbitraries/confusions.ts';
import type { Coverage } from '../arbitraries/coverage.ts';
import { anyKey } from '../arbitraries/keys.ts';
import type { CoreUnderTest } from './core-under-test.ts';
import { type ActWeights, ALL_ACTS, stepsOf } from './draw-steps.ts';
import type { HousePlan, TierName } from './house.ts';
import type { WrittenForm } from './ledger.ts';
import { type Act, isRead, type Step } from './step.ts';

/** A house, its keys and what happens in it. */
export interface TraceCase extends HousePlan {
  readonly confusion: string;
  readonly keys: readonly string[];
  readonly steps: readonly Step[];
}

const KEY_COUNT = 4;

export interface TraceOptions {
  readonly acts?: ActWeights;
  /** Both tenants' tiers; drawn unless given. */
  readonly tiers?: readonly [TierName, TierName];
  readonly localTier?: boolean;
  readonly stepsMax?: number;
}

/** Cases whose tenants and keys are likely to be taken for each other. */
export function traces(
  { vocabulary }: CoreUnderTest,
  { acts = ALL_ACTS, tiers, localTier, stepsMax = 16 }: TraceOptions = {},
): fc.Arbitrary<TraceCase> {
  const tier = fc.constantFrom<TierName[]>('ample', 'tight');
  return fc
    .record({
      pair: confusableEntries({ vocabulary }),
      other: anyKey(vocabulary),
      tiers: tiers === undefined ? fc.tuple(tier, tier) : fc.constant(tiers),
      localTier: localTier === undefined ? fc.boolean() : fc.constant(localTier),
      steps: stepsOf(acts, stepsMax),
    })
    .map(({ pair, other, ...rest }) => ({
      confusion: pair.confusion,
      tenants: pair.tenants,
      keys: distinct([...pair.keys, other, 'k', 'kk', 'k2']).slice(0, KEY_COUNT),
      ...rest,
    }));
}

/** Not longer than the store takes, well-formed, each once. */
function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)].filter(isWellFormed);
}

export function keyOf({ keys }: { readonly keys: readonly string[] }, at: number): string {
  return keys[at % keys.length] ?? '';
}

export function scopeOf(
  act: Extract<Act, { verb: 'invalidate' }>,
  trace: { readonly keys: readonly string[] },
): Scope {
  switch (act.by) {
    case 'key':
      return { kind: 'key', key: keyOf(trace, act.key) };
    case 'prefix':
      return { kind: 'prefix', prefix: keyOf(trace, act.key) };
    case 'tag':
      return { kind: 'tag', tag: act.tag };
    case 'tenant':
      return { kind: 'tenant' };
  }
}

/** Notes what a case is made of. */
export function countTrace(trace: TraceCase, coverage: Coverage): void {
  const family = CONFUSIONS.find(({ name }) => name === trace.confusion)?.family;
  if (family !== undefined) coverage.count(`tenants: ${family}`);
  for (const { act } of trace.steps) {
    coverage.count(act.verb === 'invalidate' ? `invalidate by ${act.by}` : act.verb);
  }
}

/** What every run over traces must have drawn: the relations that careless mappings fall for. */
export const CONFUSIONS_COVERED = [
  'tenants: prefix',
  'tenants: split',
  'tenants: glob',
  'tenants: separator',
  'tenants: case',
  'tenants: normal form',
  'tenants: blank',
  'tenants: hash tag',
  'tenants: observed',
] as const;

/** `t` and `u`, as the laws call them. */
export function tenantLetter(who: number): string {
  return who === 0 ? 't' : 'u';
}

/** The case as a story: who they are, then one line a step. */
export function tellTrace(trace: TraceCase): string[] {
  const [t, u] = trace.tenants.map((one) => shown(one));
  const [ofT, ofU] = trace.tiers;
  const tier = trace.localTier ? ', local tier on' : '';
  return [
    `t = ${t} (${ofT}), u = ${u} (${ofU}): ${trace.confusion}${tier}`,
    ...trace.steps.map((step) => tellStep(step, trace)),
  ];
}

export function tellStep(
  { who, at, afterMs, act, together }: Step,
  trace: { readonly keys: readonly string[] },
): string {
  const when = afterMs > 0 ? `${afterMs} ms later, ` : '';
  const beside = together && isRead(act) ? 'beside it, ' : '';
  return `${when}${beside}${tenantLetter(who)} in process ${at + 1}: ${tellAct(act, trace)}`;
}

function tellAct(act: Act, trace: { readonly keys: readonly string[] }): string {
  switch (act.verb) {
    case 'get':
      return `get ${shown(keyOf(trace, act.key))}`;
    case 'batch':
      return `get ${act.keys.map((at) => shown(keyOf(trace, at))).join(', ')} at once`;
    case 'put': {
      const life = act.ttlMs === 60_000 ? '' : ` for ${act.ttlMs} ms`;
      return `put ${shown(keyOf(trace, act.key))}${formOf(act)}${life}${tagged(act.tags)}`;
    }
    case 'load':
      return `get or load ${shown(keyOf(trace, act.key))}${formOf(act)}${tagged(act.tags)}`;
    case 'begin':
      return `begin to load ${shown(keyOf(trace, act.key))}${formOf(act)}${tagged(act.tags)}`;
    case 'invalidate':
      return `invalidate ${tellScope(scopeOf(act, trace))}`;
    case 'finish':
      return 'finish the loads begun';
    case 'list':
      return 'list keys';
    case 'usage':
      return 'read usage';
    case 'counters':
      return 'read counters';
    case 'remove':
      return 'remove the tenant';
  }
}

function tellScope(scope: Scope): string {
  switch (scope.kind) {
    case 'key':
      return `key ${shown(scope.key)}`;
    case 'prefix':
      return `prefix ${shown(scope.prefix)}`;
    case 'tag':
      return `tag ${scope.tag}`;
    case 'tenant':
      return 'everything';
  }
}

function formOf({ form }: { readonly form: WrittenForm }): string {
  return form === 'plain' ? '' : ` (${form})`;
}

function tagged(tags: readonly string[]): string {
  return tags.length === 0 ? '' : `, tagged ${tags.join(' and ')}`;
}

const SHOWN_MAX = 40;

/** In quotes, odd characters escaped, cut where it is long. */
export function shown(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length <= SHOWN_MAX ? quoted : `${quoted.slice(0, SHOWN_MAX)}..." (${text.length})`;
}
