import { describe, expect, it } from 'vitest';
import { identifyTenant } from './identify-tenant.ts';
import { parseTenantId } from './tenant-id.ts';

const [ACME, OTHER] = [parseTenantId('acme'), parseTenantId('other')];
const CALLER = { tenant: ACME, mayActForOthers: false };
const ADMIN = { tenant: ACME, mayActForOthers: true };

describe('identifyTenant', () => {
  it.each([
    ['the tenant that was authenticated', CALLER, undefined, ACME],
    ['the same where the client agrees', CALLER, ACME, ACME],
    ['the tenant that an administrator names', ADMIN, OTHER, OTHER],
    ['an administrator as its own tenant', ADMIN, undefined, ACME],
  ])('serves %s', (_, caller, claimed, tenant) => {
    expect(identifyTenant(caller, claimed)).toEqual({ kind: 'identified', tenant });
  });

  it.each([
    ['a client that names another tenant', CALLER, OTHER, 'foreign-tenant'],
    ['who is not authenticated', undefined, undefined, 'not-authenticated'],
    ['who is not authenticated and names a tenant', undefined, ACME, 'not-authenticated'],
  ])('refuses %s', (_, caller, claimed, reason) => {
    expect(identifyTenant(caller, claimed)).toEqual({ kind: 'refused', reason });
  });
});
