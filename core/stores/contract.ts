import { parseTenantId, type TenantId } from '../tenancy/tenant-id.ts';
import type { ContractCase } from './contract-case.ts';
import { ENTRY_CASES } from './contract-entries.ts';
import { LIMIT_CASES } from './contract-limits.ts';

/**
 * What every store must do, as a list of named cases that need nothing of Node or a test framework:
 * the same list runs over the memory store, over a real server, and inside k6. All cases bring their
 * own time, and tenants of their own, so they may run in any order over one store.
 */
export const CONTRACT: readonly ContractCase[] = [...ENTRY_CASES, ...LIMIT_CASES];

/** Makes tenants that no other run and no other case uses. */
export function tenantsOf(run: string, at: number): (name: string) => TenantId {
  return (name) => parseTenantId(`${run}-${at}-${name}`);
}
