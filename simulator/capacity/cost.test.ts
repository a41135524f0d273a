import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateCents } from './cost.ts';
import { planOf } from './plan.fixture.ts';

describe('the cost of a tenant', () => {
  it('adds up to the bill to the last hundredth, whatever the weights', () => {
    const amounts = fc.integer({ min: 0, max: 1e12 });
    const weights = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(amounts, weights, (amount, parts) => {
        const shares = allocateCents(amount, parts);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(amount);
        expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
      }),
    );
  });

  it('gives nobody more than a hundredth beside its exact share', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), weights, (amount, parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        allocateCents(amount, parts).forEach((share, index) => {
          expect(Math.abs(share - (amount * (parts[index] ?? 0)) / total)).toBeLessThan(1);
        });
      }),
    );
  });

  it('is the price of the nodes and nothing else, in a whole plan', () => {
    const plan = planOf('small');
    const option = plan.recommended?.option;
    const nodes = (option?.masters ?? 0) * (1 + (option?.replicas ?? 0));
    const bill = nodes * (option?.shape.pricePerMonth ?? 0) * plan.world.currencyPerPriceUnit;

    expect(plan.costPerMonth).toBeCloseTo(bill, 6);
    expect(plan.costs.reduce((sum, { costCents }) => sum + costCents, 0)).toBe(
      Math.round(100 * bill),
    );
    for (const cost of plan.costs) {
      expect(cost.costCents + cost.marginCents).toBe(cost.priceCents);
    }
  });
});
