import { lookupWords, putWords } from '../stores/script-call.ts';
import { spellAttributes } from '../stores/stored-entry.ts';
import type { Keyspace } from '../tenancy/keyspace.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { sealFor } from './seal.ts';
import type { TenantContext } from './tenant-context.ts';

/**
 * One tenant's lookups and puts for load generators, with everything but the key, the value and the
 * fence spelt in advance: the same scripts, keys and seals as through `TenantCache` and its store,
 * without their checks, promises and objects, which in k6's engine cost several times the request.
 *
 * The scripts must be known to the server (any store's use of them sees to it), and keys must be
 * well-formed, of at most 256 characters, without line breaks or backslashes.
 */
export interface PreparedTenant {
  /** The words of a lookup; the key is appended to the one at `at`. */
  readonly command: string[];
  readonly at: number;
  /** What stands before the key in the seal of a value. */
  readonly sealHead: string;
  readonly fill: PreparedFill;
}

/** The put that fills a miss. */
export interface PreparedFill {
  readonly command: string[];
  /** The key is appended to this word. */
  readonly keyAt: number;
  /** This word becomes the head, the key, a line break and the value. */
  readonly payloadAt: number;
  readonly payloadHead: string;
  /** This word becomes the fence that the miss showed: the second field of its row. */
  readonly fenceAt: number;
}

/**
 * Spells a tenant's lookups and puts.
 * @param keysOf whose keys they are; another's only to show what a missing namespace does
 */
export function prepareTenant(
  keyspace: Keyspace,
  context: TenantContext,
  keysOf: TenantId = context.tenant,
): PreparedTenant {
  const { tenant, limit, ttlMs, quota } = context;
  const keys = keyspace.ofTenant(keysOf);
  const command = lookupWords(keys, limit, { tenant, key: '', limit });
  const sealHead = sealFor(tenant, '', '');
  const request = { tenant, key: '', value: '', seal: '', ttlMs, quota, fence: FENCE };
  const put = putWords(keys, request, PAYLOAD);
  return {
    command,
    at: command.indexOf(keys.entryPrefix),
    sealHead,
    fill: {
      command: put,
      keyAt: put.indexOf(keys.entryPrefix),
      payloadAt: put.indexOf(PAYLOAD),
      // The line break between the seal and the value is the key's end.
      payloadHead: spellAttributes(true, 0, sealHead).slice(0, -1),
      fenceAt: put.indexOf(FENCE),
    },
  };
}

/** Words that are looked for to learn where they stand; no key or setting is spelt like them. */
const PAYLOAD = '<payload>';
const FENCE = '<fence>';
