import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { makeDeferred, settle } from './fixture.ts';
import { SingleFlight } from './single-flight.ts';

const acme = 'acme' as TenantId;

describe('SingleFlight', () => {
  it('rejects everyone who waits when the work fails, and forgets it', async () => {
    const flights = new SingleFlight<string>();
    const value = makeDeferred<string>();
    const led = flights.lead(acme, 'k', 'f', value.promise);
    const joined = flights.find(acme, 'k', 'f')?.work;

    value.reject(new Error('no'));

    await expect(led).rejects.toThrow('no');
    await expect(joined).rejects.toThrow('no');
    expect(flights.find(acme, 'k', 'f')).toBeUndefined();
    expect(flights.size).toBe(0);
  });

  it('lets nobody with another fence join, and the later flight takes the place', async () => {
    const flights = new SingleFlight<string>();
    const [before, behind] = [makeDeferred<string>(), makeDeferred<string>()];
    const first = flights.lead(acme, 'k', '1', before.promise);
    expect(flights.find(acme, 'k', '2')).toBeUndefined();

    const second = flights.lead(acme, 'k', '2', behind.promise);
    before.resolve('old');

    expect(await first).toBe('old');
    expect(flights.find(acme, 'k', '2')).toBeDefined();
    behind.resolve('new');
    expect(await second).toBe('new');
    await settle();
    expect(flights.size).toBe(0);
  });

  it('detaches flights without a fence and leaves those with one, and other tenants', () => {
    const flights = new SingleFlight<string>();
    const globex = 'globex' as TenantId;
    const pending = new Promise<string>(() => {});
    flights.lead(acme, 'bypassed', undefined, pending).catch(() => {});
    flights.lead(acme, 'fenced', '1', pending).catch(() => {});
    flights.lead(globex, 'bypassed', undefined, pending).catch(() => {});

    flights.detachUnfenced(acme);

    expect(flights.find(acme, 'bypassed', undefined)).toBeUndefined();
    expect(flights.find(acme, 'fenced', '1')).toBeDefined();
    expect(flights.find(globex, 'bypassed', undefined)).toBeDefined();
  });

  it('never confuses two pairs of tenant and key, prototype names included', () => {
    const part = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'a', 'a:', ':a', '', 'a:b', 'b'),
      fc.string({ unit: fc.constantFrom('a', ':', '|', '\0') }),
    );
    fc.assert(
      fc.property(part, part, part, part, (tenant, key, otherTenant, otherKey) => {
        fc.pre(tenant !== otherTenant || key !== otherKey);
        const flights = new SingleFlight<string>();
        flights.lead(tenant as TenantId, key, 'f', new Promise(() => {})).catch(() => {});
        expect(flights.find(otherTenant as TenantId, otherKey, 'f')).toBeUndefined();
        expect(flights.find(tenant as TenantId, key, 'f')).toBeDefined();
      }),
    );
  });
});
