import type { Value } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import type { CacheCounters } from './counters.ts';
import type { CachePorts, Mac } from './ports.ts';

/**
 * Keys up to this length stand in their seal as they are: exact, and far cheaper than a digest where
 * code is interpreted (in k6 a digest costs 1.8 us a character).
 */
const PLAIN_KEY_LENGTH_MAX = 256;

/**
 * What binds a stored value to its tenant and key: the tenant's name with its length before it (so
 * that no two pairs spell the same text), then the key, or its length and digest where it is long.
 * A value read under any other seal is somebody else's.
 *
 * With a `mac` the seal is the MAC of that text and of the value, and cannot be forged by whoever
 * can write to the store; without it, it catches mix-ups only.
 */
export function sealFor(tenant: TenantId, key: string, value: Value, mac?: Mac): string {
  const text = `${tenant.length}:${tenant}${nameOf(key)}`;
  return mac === undefined ? text : `mac:${mac(text, value)}`;
}

/** Whether what was read is sealed for who reads; if not, it is counted and the alarm is raised. */
export function isOwn(
  tenant: TenantId,
  key: string,
  found: { readonly value: Value; readonly seal: string },
  counters: CacheCounters,
  ports: CachePorts,
): boolean {
  if (found.seal === sealFor(tenant, key, found.value, ports.mac)) return true;
  counters.sealMismatchCount += 1;
  ports.onAlarm?.({ tenant, key, foundSeal: found.seal });
  return false;
}

function nameOf(key: string): string {
  return key.length <= PLAIN_KEY_LENGTH_MAX ? `=${key}` : `#${key.length}:${digest(key)}`;
}

/**
 * 64 bits over the UTF-16 units, as 16 hexadecimal digits: cyrb53 by bryc (public domain) with both
 * lanes kept whole. Not cryptographic: it tells keys apart that were mixed up, not forged.
 */
export function digest(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  const lowMixed =
    Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const highMixed =
    Math.imul(high ^ (high >>> 16), 2246822507) ^
    Math.imul(lowMixed ^ (lowMixed >>> 13), 3266489909);
  return hex(highMixed) + hex(lowMixed);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
