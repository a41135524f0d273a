import { describe, expect, it } from 'vitest';
import { Backend } from './backend.ts';
import { CounterTable } from './counters.ts';
import { makeDeployment } from './deployment.ts';
import { EPOCH_MS } from './entry-fields.ts';
import type { Fault } from './faults.ts';
import { shortRun } from './fixture.ts';
import { RandomStream } from './random-stream.ts';
import type { ShardServer } from './shard-server.ts';
import { Trouble } from './trouble.ts';
import { warmUp } from './warm-up.ts';

/** A warm server, its back-end, and what may befall them. */
function troubled(faults: readonly Fault[]) {
  const options = shortRun({ faults });
  const deployment = makeDeployment(1, options);
  warmUp(1, options, deployment, EPOCH_MS);
  const counters = new CounterTable(1, options.tenants.length);
  const backend = new Backend(options.backend, new RandomStream(1, 1));
  const trouble = new Trouble(options, deployment, counters, backend, () => {});
  return { trouble, deployment, backend, shard: deployment.shards[0] as ShardServer };
}

describe('a flush', () => {
  it('keeps the server busy for the keys of all its tenants', () => {
    const { trouble, deployment, shard } = troubled([{ kind: 'flush', atS: 1 }]);
    const keyCount = deployment.spaces.reduce((sum, { entryCount }) => sum + entryCount, 0);

    trouble.begin(0, 1e6);

    expect(keyCount).toBeGreaterThan(10_000);
    expect(shard.begin(1e6)).toBeCloseTo(1e6 + 0.2 * keyCount, 6);
  });
});

describe('faults that overlap', () => {
  it('slow a server down together, and each ends for itself', () => {
    const { trouble, shard } = troubled([
      { kind: 'slow-redis', atS: 0, forS: 2, factor: 3 },
      { kind: 'slow-redis', atS: 1, forS: 3, factor: 5, shard: 0 },
    ]);
    const factors = [() => trouble.begin(0, 0), () => trouble.begin(1, 1e6)].map((begin) => {
      begin();
      return shard.slowFactor;
    });
    trouble.end(0);
    const afterOne = shard.slowFactor;
    trouble.end(1);

    expect([...factors, afterOne, shard.slowFactor]).toEqual([3, 15, 5, 1]);
  });

  it('slow the back-end down until the last of them ends', () => {
    const { trouble, backend } = troubled([
      { kind: 'slow-backend', atS: 0, forS: 1, factor: 4 },
      { kind: 'slow-backend', atS: 0, forS: 2, factor: 4 },
    ]);
    trouble.begin(0, 0);
    trouble.begin(1, 0);
    trouble.end(0);
    const afterOne = backend.slowFactor;
    trouble.end(1);

    expect([afterOne, backend.slowFactor]).toEqual([4, 1]);
  });

  it.each(['failover', 'restart-redis'] as const)('leave a lost shard lost: %s', (kind) => {
    const { trouble, shard } = troubled([
      { kind: 'lost-shard', atS: 1, shard: 0 },
      { kind, atS: 2, forS: 1 },
    ]);
    trouble.begin(0, 1e6);
    trouble.begin(1, 2e6);

    expect(shard.isDown(1e9)).toBe(true);
  });
});
