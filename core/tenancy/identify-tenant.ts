import type { TenantId } from './tenant-id.ts';

/** What authentication found out about who asks. */
export interface AuthenticatedCaller {
  readonly tenant: TenantId;
  /** An administrator's scope: may name another tenant than its own. */
  readonly mayActForOthers: boolean;
}

export type Identity =
  | { readonly kind: 'identified'; readonly tenant: TenantId }
  | { readonly kind: 'refused'; readonly reason: 'not-authenticated' | 'foreign-tenant' };

/**
 * Which tenant a request is served as. The tenant comes from authentication alone: what the client
 * says about itself (a header, a path, a field) can only agree with it, and without authentication
 * nobody is served, as no tenant is a default.
 *
 * @param caller undefined if the request is not authenticated
 * @param claimed the tenant that the client names, already parsed; undefined if it names none
 */
export function identifyTenant(
  caller: AuthenticatedCaller | undefined,
  claimed: TenantId | undefined,
): Identity {
  if (caller === undefined) return { kind: 'refused', reason: 'not-authenticated' };
  if (claimed === undefined || claimed === caller.tenant) {
    return { kind: 'identified', tenant: caller.tenant };
  }
  if (caller.mayActForOthers) return { kind: 'identified', tenant: claimed };
  return { kind: 'refused', reason: 'foreign-tenant' };
}
