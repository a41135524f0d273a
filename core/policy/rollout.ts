/**
 * Turning enforcement on for a growing share of tenants. Not part of any script: the caller decides
 * before it asks.
 */

/** The steps a rollout usually takes, in percent. */
export const ROLLOUT_STEPS = [10, 50, 100] as const;

/**
 * Whether a tenant belongs to the first `percent` of a rollout. The answer is the same in every
 * process, and a tenant that is in stays in as the percentage grows.
 *
 * @param salt names the rollout, so that not always the same tenants go first
 */
export function isEnrolled(tenant: string, percent: number, salt: string): boolean {
  return hash(`${salt}\u0000${tenant}`) < (percent / 100) * 0x100000000;
}

/** 'enforce' for tenants that are enrolled, 'shadow' for the rest, who are only counted. */
export function enforcementOf(tenant: string, percent: number, salt: string): 'enforce' | 'shadow' {
  return isEnrolled(tenant, percent, salt) ? 'enforce' : 'shadow';
}

/** FNV-1a over UTF-16 units with the 32-bit finalizer of MurmurHash3, which spreads the top bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
