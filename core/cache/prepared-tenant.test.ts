import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupWords, putWords } from '../stores/script-call.ts';
import { spellAttributes } from '../stores/stored-entry.ts';
import { makeKeyspace } from '../tenancy/keyspace.ts';
import { parseTenantId } from '../tenancy/tenant-id.ts';
import { TIERS } from '../tenancy/tier.ts';
import { type PreparedTenant, prepareTenant } from './prepared-tenant.ts';
import { sealFor } from './seal.ts';
import { makeTenantContext } from './tenant-context.ts';

/** What a generator sends, filled in as `PreparedTenant` tells it to. */
const fillIn = {
  lookup({ command, at }: PreparedTenant, key: string): string[] {
    return command.map((word, place) => (place === at ? word + key : word));
  },
  put({ fill }: PreparedTenant, key: string, value: string, fence: string): string[] {
    return fill.command.map((word, place) => {
      if (place === fill.keyAt) return word + key;
      if (place === fill.payloadAt) return `${fill.payloadHead}${key}\n${value}`;
      return place === fill.fenceAt ? fence : word;
    });
  },
};

/** Names that settings, placeholders and parts of keys are spelt with, among all others. */
const names = fc.oneof(
  fc.constantFrom('enforce', 'evict', '1000', '3', '<fence>', '<payload>', 'lru', 'cache', 'a:b'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
);
const keyTexts = names.filter((key) => !/[\n\\]/.test(key) && key.length <= 256);
const tenants = names.map((name) => parseTenantId(name));
const contexts = fc
  .record({
    tenant: tenants,
    tier: fc.constantFrom(...Object.values(TIERS)),
    limit: fc.constantFrom('off', 'shadow', 'enforce'),
    quotaEntries: fc.option(fc.nat(), { nil: undefined }),
  })
  .map(({ tenant, tier, limit, quotaEntries }) =>
    makeTenantContext(tenant, quotaEntries === undefined ? tier : { ...tier, quotaEntries }, {
      limit,
    } as const),
  );
const requests = fc.record({
  context: contexts,
  namespace: fc.constantFrom('', 'trial', 'trial.1'),
  key: keyTexts,
  value: fc.string(),
  fence: fc.nat().map(String),
});

describe('a prepared tenant', () => {
  it('looks up with the words of the store', () => {
    fc.assert(
      fc.property(requests, ({ context, namespace, key }) => {
        const keyspace = makeKeyspace(namespace);
        const { tenant, limit } = context;

        const words = fillIn.lookup(prepareTenant(keyspace, context), key);

        expect(words).toEqual(
          lookupWords(keyspace.ofTenant(tenant), limit, { tenant, key, limit }),
        );
      }),
    );
  });

  it('puts with the words of the store, the seal of its tenant and key among them', () => {
    fc.assert(
      fc.property(requests, ({ context, namespace, key, value, fence }) => {
        const keyspace = makeKeyspace(namespace);
        const { tenant, ttlMs, quota } = context;
        const seal = sealFor(tenant, key, value);

        const words = fillIn.put(prepareTenant(keyspace, context), key, value, fence);

        const request = { tenant, key, value, seal, ttlMs, quota, fence };
        const payload = spellAttributes(true, 0, seal) + value;
        expect(words).toEqual(putWords(keyspace.ofTenant(tenant), request, payload));
      }),
    );
  });

  it("recognises its own values by what stands before the key in their seal, not another's", () => {
    fc.assert(
      fc.property(requests, tenants, ({ context, key, value }, other) => {
        const { sealHead } = prepareTenant(makeKeyspace(''), context);

        expect(sealHead + key).toBe(sealFor(context.tenant, key, value));
        fc.pre(other !== context.tenant);
        expect(sealHead + key).not.toBe(sealFor(other, key, value));
      }),
    );
  });

  it("with another's keys keeps its own seal and limits, so that a mix-up is seen", () => {
    const keyspace = makeKeyspace('');
    const context = makeTenantContext(parseTenantId('acme'), TIERS.gold);
    const nobody = parseTenantId('nobody');

    const own = prepareTenant(keyspace, context);
    const mixed = prepareTenant(keyspace, context, nobody);

    const { limit } = context;
    expect(fillIn.lookup(mixed, 'k')).toEqual(
      lookupWords(keyspace.ofTenant(nobody), limit, { tenant: nobody, key: 'k', limit }),
    );
    expect(mixed.sealHead).toBe(own.sealHead);
    expect(mixed.fill.payloadHead).toBe(own.fill.payloadHead);
    expect(fillIn.lookup(own, 'k')).not.toEqual(fillIn.lookup(mixed, 'k'));
  });
});
