import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { failureCount } from './counters.ts';
import { shortRun } from './fixture.ts';
import { outcomeDigestOf } from './record.ts';
import { withoutProtections } from './scenarios.ts';
import { simulate } from './simulate.ts';

/**
 * Digests of options and result. They change with the policy, the model or a preset, and then are
 * taken over from the failing test, with the reason in the commit; never with the host or engine.
 */
const GOLDEN = {
  protected: 'sha256:d1fbdbfcfa8196fb98778a95f8252036d1df58f9808cf5a81330ca61df67f994',
  unprotected: 'sha256:7a3cece141ba8d6f7a5f7fef1006f3e7e1c608047e13a916a981b1bfe8a29634',
};

const FAULTY = shortRun({
  faults: [
    { kind: 'slow-redis', atS: 2, forS: 2, factor: 20 },
    { kind: 'failover', atS: 6, forS: 2 },
    { kind: 'clock-step', atS: 9, stepMs: -3000 },
    { kind: 'slow-backend', atS: 11, forS: 3, factor: 10 },
    { kind: 'restart-redis', atS: 16, forS: 1 },
  ],
  invalidations: [{ atS: 10, tenantIndex: 3 }],
});

describe('simulate', () => {
  it('gives the same result for the same seed and options, and another for another seed', () => {
    const first = simulate(42, shortRun());

    expect(simulate(42, shortRun())).toEqual(first);
    expect(simulate(43, shortRun())).not.toEqual(first);
  });

  it('gives the results it always gave', () => {
    const bare = withoutProtections(FAULTY, [
      'tenant-eviction',
      'single-flight',
      'namespace',
      'scoped-invalidation',
      'timeout',
      'limiter',
    ]);

    expect({
      protected: outcomeDigestOf(FAULTY, simulate(42, FAULTY)),
      unprotected: outcomeDigestOf(bare, simulate(42, bare)),
    }).toEqual(GOLDEN);
  });

  it('gives the same result in a worker', async () => {
    const code = `
      const { parentPort } = require('node:worker_threads');
      import('tsx/esm/api').then(async ({ register }) => {
        register();
        const { simulate } = await import(${JSON.stringify(new URL('./simulate.ts', import.meta.url).href)});
        const { shortRun } = await import(${JSON.stringify(new URL('./fixture.ts', import.meta.url).href)});
        parentPort.postMessage(simulate(42, shortRun()));
      });`;
    const worker = new Worker(code, { eval: true });
    const result = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();

    expect(result).toEqual(simulate(42, shortRun()));
  });

  it.each([
    ['in ordinary times', shortRun()],
    ['under faults', FAULTY],
    [
      'when callers try again',
      shortRun({ client: { ...shortRun().client, requestRetriesMax: 3 } }),
    ],
  ])('accounts for every request %s', (_, options) => {
    const { total, requestCount, unfinishedCount } = simulate(7, options);
    const { hits, loaded } = total.counts;
    const settled = hits + loaded + total.throttledCount + failureCount(total.counts);

    expect(total.counts.requests).toBe(requestCount);
    expect(total.latency.count).toBe(hits + loaded);
    // Requests under way are those of callers, and a few refreshes and rejections being noted.
    expect(requestCount - settled).toBeGreaterThanOrEqual(0);
    expect(requestCount - settled).toBeLessThanOrEqual(unfinishedCount);
    expect(unfinishedCount).toBeLessThan(2000);
  });

  it.each([12, 4])(
    'has the whole run in its phases, if it ends within a step: %s s',
    (durationS) => {
      const { total, phases } = simulate(7, shortRun({ durationS, intervalS: 10 }));

      expect(total.counts.requests).toBeGreaterThan(5000);
      expect(phases.map((phase) => phase.total.counts)).toEqual([total.counts]);
    },
  );

  it('refuses sizes that an account of 32 bits cannot hold, by tenant and key', () => {
    const [first, ...others] = shortRun().tenants;
    if (first === undefined) throw new Error('no tenants');
    const bytes = Array.from({ length: first.popularity.keys }, () => 100);
    bytes[7] = 2 ** 31;
    const tenants = [{ ...first, valueBytes: { kind: 'listed' as const, bytes } }, ...others];

    expect(() => simulate(1, shortRun({ tenants }))).toThrow(
      'platinum-0.valueBytes of key 7: 2147483648, expected a number 1 to 1073741824',
    );
  });

  it('keeps every tenant within its quota', () => {
    const { tenants } = simulate(3, shortRun({ durationS: 60 }));

    for (const { usageBytes, quotaBytes } of tenants) {
      expect(usageBytes).toBeLessThanOrEqual(quotaBytes);
    }
    expect(tenants.some(({ counts }) => counts.evicted > 0)).toBe(true);
  });

  it('refuses options that make no sense, all of them at once', () => {
    const options = shortRun({ durationS: -1, looseTimeoutMs: 0 });

    expect(() => simulate(1, options)).toThrow(/durationS: -1.*\n.*looseTimeoutMs: 0/s);
  });
});
