/** Largest value the stand-in makes. */
export const BACKEND_VALUE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * The start of every value loaded for this tenant and key. It is pure ASCII, so its length is its
 * size in bytes, and the mapping is injective: no other tenant and key share it.
 * @throws URIError where the tenant or the key is ill-formed UTF-16.
 */
export function backendValueHead(tenant: string, key: string): string {
  return `${encodeURIComponent(tenant)}/${encodeURIComponent(key)}/`;
}

/** Whether this value was made for this tenant and key, and has the size that was asked for. */
export function isBackendValueOf(
  value: string,
  tenant: string,
  key: string,
  bytes: number,
): boolean {
  const head = backendValueHead(tenant, key);
  return value.length === Math.max(bytes, head.length) && value.startsWith(head);
}
