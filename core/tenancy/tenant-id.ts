import { InvalidInputError } from './invalid-input-error.ts';
import { isWellFormed, utf8Bytes } from './utf8.ts';

declare const brand: unique symbol;

/** A tenant's name after {@link parseTenantId} accepted it: well-formed UTF-16, not empty. */
export type TenantId = string & { readonly [brand]: 'TenantId' };

/** Longest tenant id, in bytes of UTF-8; it is part of every key of the tenant. */
export const TENANT_ID_BYTES_MAX = 256;

/**
 * Accepts a tenant's name exactly as it is: nothing is trimmed, folded or normalised, so names that
 * look alike stay different tenants.
 *
 * @throws InvalidInputError if it is empty, too long, ill-formed UTF-16 or not a string
 */
export function parseTenantId(text: string): TenantId {
  if (typeof text !== 'string' || text === '') {
    throw new InvalidInputError('tenant', text, 'a string that is not empty');
  }
  // Units never outnumber bytes, so this also bounds the work of the two checks below.
  if (text.length > TENANT_ID_BYTES_MAX || utf8Bytes(text) > TENANT_ID_BYTES_MAX) {
    throw new InvalidInputError('tenant', text, `at most ${TENANT_ID_BYTES_MAX} bytes of UTF-8`);
  }
  if (!isWellFormed(text)) {
    throw new InvalidInputError('tenant', text, 'well-formed text without lone surrogates');
  }
  return text as TenantId;
}
