import { describe, expect, it } from 'vitest';
import { enforcementOf, isEnrolled, ROLLOUT_STEPS } from './rollout.ts';

const TENANTS = Array.from({ length: 20_000 }, (_, at) => `tenant-${at}`);

describe('rollout', () => {
  it.each(ROLLOUT_STEPS)('enrols about %d percent of the tenants', (percent) => {
    const enrolled = TENANTS.filter((tenant) => isEnrolled(tenant, percent, 'limits')).length;
    // Four standard deviations of a binomial share.
    const toleranceCount = 4 * Math.sqrt((TENANTS.length * percent * (100 - percent)) / 10_000);
    expect(Math.abs(enrolled - (TENANTS.length * percent) / 100)).toBeLessThanOrEqual(
      toleranceCount,
    );
  });

  it('keeps who is in as the percentage grows, and nobody at none', () => {
    for (const tenant of TENANTS.slice(0, 2000)) {
      const answers = [0, ...ROLLOUT_STEPS].map((percent) => isEnrolled(tenant, percent, 'limits'));
      expect(answers).toEqual([...answers].sort((a, b) => Number(a) - Number(b)));
      expect([answers[0], answers.at(-1)]).toEqual([false, true]);
    }
  });

  it('starts with other tenants under another name', () => {
    const both = TENANTS.filter(
      (one) => isEnrolled(one, 10, 'a') && isEnrolled(one, 10, 'b'),
    ).length;
    expect(both / TENANTS.length).toBeLessThan(0.02);
  });

  it('counts, and does not act, where a tenant is not enrolled', () => {
    const modes = TENANTS.slice(0, 100).map((tenant) => enforcementOf(tenant, 50, 'limits'));
    expect(new Set(modes)).toEqual(new Set(['enforce', 'shadow']));
  });
});
