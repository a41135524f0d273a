declare const brand: unique symbol;

/** A tenant's name after {@link parseTenantId} accepted it: well-formed UTF-16, not empty. */
export type TenantId = string & { readonly [brand]: 'TenantId' };
