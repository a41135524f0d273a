import fc from 'fast-check';
import type { TenantContext } from '../../core/cache/tenant-context.ts';
import type { Identity } from '../../core/tenancy/identify-tenant.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import { confusableEntries } from '../arbitraries/confusable-entries.ts';
import { openHouse } from './house.ts';
import { demand, demandSame, type Law } from './law.ts';
import { shown } from './trace.ts';

interface Request {
  /** Which of the two was authenticated, if anybody. */
  readonly caller: 0 | 1 | undefined;
  /** Which of the two the client says it is, if it says so. */
  readonly claimed: 0 | 1 | undefined;
  readonly isAdmin: boolean;
}

interface IdentityCase {
  readonly tenants: readonly [string, string];
  readonly requests: readonly Request[];
}

/**
 * P13: a request is served as the tenant that was authenticated. A client that names another is
 * refused unless an administrator's scope allows it, one that names the same changes nothing, and
 * without authentication nobody is served: there is no default tenant.
 *
 * Left out: authentication itself (tokens, certificates), which is the application's.
 *
 * Breaks in: u is authenticated and sends the header `tenant: t`; it is served as t.
 */
export const IDENTITY: Law<IdentityCase> = {
  property: 'P13',
  name: 'identity',
  statement: 'a request is served as who was authenticated, or not at all',
  usesStore: true,
  covers: [
    ...['foreign tenant claimed', 'own tenant claimed', 'nobody authenticated'],
    ...['administrator for another', 'no context given'],
  ],

  cases: ({ vocabulary }) => {
    const who = fc.constantFrom<(0 | 1 | undefined)[]>(0, 1, undefined);
    const request = fc.record({ caller: who, claimed: who, isAdmin: fc.boolean() });
    return fc
      .record({
        pair: confusableEntries({ vocabulary }),
        requests: fc.array(request, { minLength: 1, maxLength: 6 }),
      })
      .map(({ pair, requests }) => ({ tenants: pair.tenants, requests }));
  },

  async check({ tenants, requests }, trial) {
    const plan = { tenants, tiers: ['ample', 'ample'], localTier: false } as const;
    const house = await openHouse(trial, plan);
    if (house === undefined) return;
    const { contexts, processes, store, time } = house;
    const ids = contexts.map(({ tenant }) => tenant);
    const served = new Map<TenantId, number>();
    for (const [at, request] of requests.entries()) {
      const identity = identify(request, ids, trial.core.identifyTenant);
      const expected = expectedOf(request, ids);
      demandSame(identity, expected, () => tellRequest(request));
      trial.coverage.count(kindOf(request));
      if (identity.kind !== 'identified') continue;
      const context = contexts.find(({ tenant }) => tenant === identity.tenant);
      if (context === undefined) continue;
      await processes[0].put(context, `request ${at}`, 'v');
      served.set(identity.tenant, (served.get(identity.tenant) ?? 0) + 1);
    }
    const nobody = undefined as unknown as TenantContext;
    const outcome = await processes[0].put(nobody, 'k', 'v').catch(() => undefined);
    demand(outcome === undefined, () => 'a put without a context was served');
    trial.coverage.count('no context given');
    for (const [who, id] of ids.entries()) {
      const { entryCount } = await store.readUsage(id, time.nowMs);
      demandSame(entryCount, served.get(id) ?? 0, () => `entries of ${shown(tenants[who] ?? '')}`);
    }
  },

  tell: ({ tenants: [t, u], requests }) => [
    `t = ${shown(t)}, u = ${shown(u)}`,
    ...requests.map(tellRequest),
  ],
};

function identify(
  { caller, claimed, isAdmin }: Request,
  ids: readonly TenantId[],
  identifyTenant: (
    caller: { tenant: TenantId; mayActForOthers: boolean } | undefined,
    claimed: TenantId | undefined,
  ) => Identity,
): Identity {
  const tenant = caller === undefined ? undefined : ids[caller];
  const known = tenant === undefined ? undefined : { tenant, mayActForOthers: isAdmin };
  return identifyTenant(known, claimed === undefined ? undefined : ids[claimed]);
}

/** The same, from the table in the statement. */
function expectedOf({ caller, claimed, isAdmin }: Request, ids: readonly TenantId[]): unknown {
  if (caller === undefined) return { kind: 'refused', reason: 'not-authenticated' };
  const isForeign = claimed !== undefined && claimed !== caller;
  if (isForeign && !isAdmin) return { kind: 'refused', reason: 'foreign-tenant' };
  return { kind: 'identified', tenant: ids[isForeign ? claimed : caller] };
}

function kindOf({ caller, claimed, isAdmin }: Request): string {
  if (caller === undefined) return 'nobody authenticated';
  if (claimed === undefined) return 'nothing claimed';
  if (claimed === caller) return 'own tenant claimed';
  return isAdmin ? 'administrator for another' : 'foreign tenant claimed';
}

function tellRequest({ caller, claimed, isAdmin }: Request): string {
  const letters = ['t', 'u'];
  const who = caller === undefined ? 'nobody' : letters[caller];
  const says = claimed === undefined ? 'names no tenant' : `says it is ${letters[claimed]}`;
  return `${who} authenticated${isAdmin ? ', administrator' : ''}, ${says}`;
}
