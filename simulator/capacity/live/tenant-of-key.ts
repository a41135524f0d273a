import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';

const keyspace = makeKeyspace();

/**
 * Whose key it is: by this cache's own layout, else by the layouts that are common (`tenant:ID:...`,
 * a hash tag, the part before the first colon). Keys that only keep a tenant's books are nobody's.
 */
export function tenantOfKey(key: string): string | undefined {
  const decoded = keyspace.decodeEntry(key);
  if (decoded !== undefined) return decoded.tenant;
  if (/^(?:lru|meta:tenant):\{/.test(key) || key.startsWith('shared:')) return undefined;
  const named = /^(?:cache|tenant|t):([^:{}]+):/.exec(key) ?? /\{([^{}]+)\}/.exec(key);
  if (named?.[1] !== undefined) return named[1];
  const colon = key.indexOf(':');
  return colon > 0 ? key.slice(0, colon) : undefined;
}
