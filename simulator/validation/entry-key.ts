import { prepareTenant } from '../../core/cache/prepared-tenant.ts';
import { makeTenantContext } from '../../core/cache/tenant-context.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { Tier } from '../../core/tenancy/tier.ts';

const KEY_LENGTH = 6;

/** A simulated key as the live run spells it. */
export function spellKey(key: number): string {
  return String(key).padStart(KEY_LENGTH, '0');
}

/**
 * What an entry is charged beside its value and the bookkeeping: the key, and what stands before
 * the value in what is stored, the key among it.
 */
export function entryKeyBytes(tenant: string, tier: Tier): number {
  const context = makeTenantContext(parseTenantId(tenant), tier);
  const { payloadHead } = prepareTenant(makeKeyspace(''), context).fill;
  return KEY_LENGTH + payloadHead.length + KEY_LENGTH + '\n'.length;
}
