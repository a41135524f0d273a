import { describe, expect, it } from 'vitest';
import { TIERS } from '../../core/tenancy/tier.ts';
import type { ArraySpace } from '../array-space.ts';
import { shortRun } from '../fixture.ts';
import type { SimulationOptions } from '../options.ts';
import { withoutProtections } from '../scenarios.ts';
import { simulate } from '../simulate.ts';
import { Simulation } from '../simulation.ts';
import { AccountingChecker } from './accounting.ts';
import { FairnessChecker, jainsIndex, minMaxRatio } from './fairness.ts';
import { LeakChecker } from './leak.ts';
import { calmIn, makeCheckers, RECOVERY_S } from './make-checkers.ts';
import type { Observer } from './observer.ts';
import { QuotaChecker } from './quota.ts';
import { RecoveryChecker } from './recovery.ts';
import { StalenessChecker } from './staleness.ts';
import { stepView } from './step-view.fixture.ts';

const messages = ({ violations }: Observer) => violations.map(({ message }) => message);

describe('the leak checker', () => {
  it('rejects a hit with the value of another tenant, and no other', () => {
    const checker = new LeakChecker();

    checker.hit(1, 0, 0, 7);
    checker.hit(2, 0, 1, 7);

    expect(checker.violations).toEqual([
      { checker: 'leak', atUs: 2, tenant: 0, message: 'key 7 held a value of tenant 1' },
    ]);
  });

  it('keeps the first hundred violations of a run that leaks all the time', () => {
    const checker = new LeakChecker();

    for (let at = 0; at < 1000; at += 1) checker.hit(at, 0, 1, at);

    expect(checker.violations).toHaveLength(100);
  });
});

describe('the quota checker', () => {
  const tier = { ...TIERS.silver, quotaBytes: 100, quotaEntries: 2 };

  it.each([
    ['a byte too many', { usageBytes: 101, entryCount: 1 }, ['101 bytes, granted 100']],
    ['an entry too many', { usageBytes: 9, entryCount: 3 }, ['3 entries, granted 2']],
    ['just what is granted', { usageBytes: 100, entryCount: 2 }, []],
  ])('of %s', (_, held, expected) => {
    const checker = new QuotaChecker([tier]);

    checker.stepEnded(stepView([{ held }]));

    expect(messages(checker)).toEqual(expected);
  });
});

describe('the accounting checker', () => {
  const held = { usageBytes: 101, entryCount: 1 };

  it.each([
    ['bytes that are not there', [{ held, counted: { usageBytes: 100, entryCount: 1 } }]],
    ['an entry that is not there', [{ held, counted: { usageBytes: 101, entryCount: 0 } }]],
    ['a request with two ends', [{ total: { requests: 1, hits: 1, failedStore: 1 } }]],
    ['a request without an end', [{ total: { requests: 2, loaded: 1 } }]],
  ])('rejects %s', (_, tenants) => {
    const checker = new AccountingChecker(1);

    checker.stepEnded(stepView(tenants));

    expect(checker.violations).toHaveLength(1);
  });

  it('accepts accounts that agree, and requests under way', () => {
    const checker = new AccountingChecker(1);

    checker.stepEnded(
      stepView([{ held, total: { requests: 3, hits: 1, throttledLocally: 1 } }], {
        unfinishedCount: 1,
      }),
    );

    expect(messages(checker)).toEqual([]);
  });

  it('finds a leak of bytes in a run whose space forgets to charge', () => {
    const simulation = new Simulation(1, shortRun({ durationS: 5 }));
    const { all } = makeCheckers(simulation);
    simulation.watch(all);

    simulation.advanceTo(2e6);
    (simulation.deployment.spaces[0] as ArraySpace).usageBytes -= 1;
    simulation.advanceTo(5e6);

    expect(all.flatMap(messages)).toEqual([expect.stringMatching(/the account says/)]);
  });
});

describe('the staleness checker', () => {
  const entryBase = Int32Array.of(0, 4, 8);

  it('rejects a hit after the end of its life', () => {
    const checker = new StalenessChecker(entryBase, false);

    checker.hit(1, 0, 0, 3, 5);
    checker.hit(2, 0, 0, 3, -1);

    expect(messages(checker)).toEqual(['key 3 was served 1 ms after its life']);
  });

  it('rejects a value whose load began before the invalidation, of that tenant only', () => {
    const checker = new StalenessChecker(entryBase, true);

    checker.invalidated(20, 1);
    checker.stored(30, 1, 2, 10);
    checker.stored(30, 0, 2, 10);
    checker.hit(40, 1, 1, 2, 5);
    checker.hit(40, 0, 0, 2, 5);
    checker.stored(50, 1, 2, 25);
    checker.hit(60, 1, 1, 2, 5);

    expect(checker.violations.map(({ atUs, tenant }) => [atUs, tenant])).toEqual([[40, 1]]);
  });
});

describe('the fairness checker', () => {
  it('knows the indexes of simple shares', () => {
    expect([jainsIndex([1, 1, 1]), minMaxRatio([1, 1, 1])]).toEqual([1, 1]);
    expect([jainsIndex([1, 0, 0, 0]), minMaxRatio([1, 0, 0, 0])]).toEqual([0.25, 0]);
    expect([jainsIndex([0, 0]), minMaxRatio([])]).toEqual([undefined, undefined]);
  });

  const scope = { limitPerSecond: [1000, 1000, 1000], stepS: 1, isCalm: () => true };
  const served = { step: { requests: 200, hits: 200 } };
  const starved = { step: { requests: 200, hits: 100 } };

  it('rejects a step in which one of two alike gets half', () => {
    const checker = new FairnessChecker(scope);

    checker.stepEnded(stepView([served, starved]));

    expect(messages(checker)).toEqual([
      "2 tenants within their limits: Jain's index 0.9000, Min-Max Ratio 0.5000",
    ]);
  });

  it('leaves out who asks beyond the limit or hardly at all, and steps with a fault', () => {
    const hot = { step: { requests: 5000, hits: 100, throttledByStore: 4900 } };
    const quiet = { step: { requests: 10 } };
    const calm = new FairnessChecker(scope);
    const faulty = new FairnessChecker({ ...scope, isCalm: () => false });

    calm.stepEnded(stepView([served, hot, quiet]));
    faulty.stepEnded(stepView([served, starved]));

    expect([messages(calm), messages(faulty), faulty.stepCount]).toEqual([[], [], 0]);
  });

  it('rejects a step in which nobody gets anything', () => {
    const checker = new FairnessChecker(scope);

    checker.stepEnded(stepView([{ step: { requests: 200 } }, { step: { requests: 200 } }]));

    expect(checker.violations).toHaveLength(1);
  });
});

describe('the recovery checker', () => {
  const failing = [{ step: { requests: 200, hits: 197, failedDeadline: 3 } }];

  it('rejects failures in a calm step, and none under a fault', () => {
    const calm = new RecoveryChecker({ isCalm: () => true, isDrained: false });
    const faulty = new RecoveryChecker({ isCalm: () => false, isDrained: false });

    calm.stepEnded(stepView(failing));
    faulty.stepEnded(stepView(failing));

    expect([calm.violations.length, faulty.violations.length]).toEqual([1, 0]);
  });

  it.each([
    ['a request', { unfinishedCount: 1 }],
    ['a load', { loadCount: 1 }],
  ])('rejects %s that is left when nobody asks any more', (_, left) => {
    const drained = new RecoveryChecker({ isCalm: () => true, isDrained: true });
    const loaded = new RecoveryChecker({ isCalm: () => true, isDrained: false });

    drained.stepEnded(stepView([], left));
    loaded.stepEnded(stepView([], left));

    expect([drained.violations.length, loaded.violations.length]).toEqual([1, 0]);
  });

  it('waits for a minute after a fault', () => {
    const isCalm = calmIn(shortRun({ faults: [{ kind: 'failover', atS: 10, forS: 5 }] }));
    const second = 1e6;

    expect(isCalm(0, 10 * second)).toBe(true);
    expect(isCalm(9 * second, 11 * second)).toBe(false);
    expect(isCalm((14 + RECOVERY_S) * second, (20 + RECOVERY_S) * second)).toBe(false);
    expect(isCalm((15 + RECOVERY_S) * second, (20 + RECOVERY_S) * second)).toBe(true);
  });
});

describe('a run that is watched', () => {
  const found = (options: SimulationOptions) => [
    ...new Set(simulate(1, options).checkers.violations.map(({ checker }) => checker)),
  ];

  it('breaks no promise with everything on', () => {
    expect(found(shortRun({ invalidations: [{ atS: 10, tenantIndex: 0 }] }))).toEqual([]);
  });

  it('leaks where a code path forgot the tenant', () => {
    const options = withoutProtections(shortRun({ unscopedRatio: 0.5 }), ['namespace']);

    expect(found(options)).toContain('leak');
  });

  it('does not recover where the back-end stays slow', () => {
    const backend = { ...shortRun().backend, workers: 1 };

    expect(found(shortRun({ backend }))).toContain('recovery');
  });

  it('comes out the same, watched or not', () => {
    const options = shortRun();
    const alone = new Simulation(3, options);
    alone.advanceTo(Number.POSITIVE_INFINITY);

    expect(simulate(3, options).eventCount).toBe(
      alone.requestCount + alone.queue.total - alone.queue.size,
    );
  });
});
