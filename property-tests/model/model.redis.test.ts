import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import { Coverage } from '../arbitraries/coverage.ts';
import { type CoreUnderTest, OUR_CORE } from '../laws/core-under-test.ts';
import { SEED } from '../laws/effort.fixture.ts';
import { mutate } from '../mutants/try-mutant.ts';
import { ALL_COMMANDS, MODEL_COVERS } from './all-commands.ts';
import type { Model } from './stores.ts';

let runCount = 0;

function property(server: TestServer, core: CoreUnderTest, coverage: Coverage) {
  const redis = OUR_CORE.openRedisStore(server.client(), 'model');
  const commands = fc.commands(ALL_COMMANDS, { maxCommands: 40, size: 'max' });
  return fc.asyncProperty(commands, async (drawn) => {
    runCount += 1;
    const model: Model = {
      memory: core.openMemoryStore(() => 0),
      tenants: [OUR_CORE.parseTenantId(`t${runCount}`), OUR_CORE.parseTenantId(`t${runCount}#1`)],
      nowMs: 1_764_000_000_000,
      fences: [[], []],
      count: (what) => coverage.count(what),
    };
    await fc.asyncModelRun(() => ({ model, real: { redis } }), drawn);
  });
}

describe(`the memory store as the model of the store in Redis (seed ${SEED})`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('gives the same replies and counts the same bytes after every command', async () => {
    const coverage = new Coverage();
    for (let round = 0; round < 8; round += 1) {
      await fc.assert(property(server, OUR_CORE, coverage), { seed: SEED + round, numRuns: 60 });
      if (coverage.missing(MODEL_COVERS).length === 0) break;
    }
    expect(coverage.missing(MODEL_COVERS)).toEqual([]);
  });

  it('is told apart where one of the two evicts more than the other', async () => {
    const faulty = await mutate({
      kind: 'core',
      name: 'evicts too much',
      fault: 'goes on evicting to half of the quota',
      killer: 'model',
      edits: [
        {
          file: 'core/policy/eviction',
          from: 'export const TARGET_SHARE = 0.95;',
          to: 'export const TARGET_SHARE = 0.5;',
        },
      ],
    });
    const { failed } = await fc.check(property(server, faulty, new Coverage()), {
      seed: SEED,
      numRuns: 3000,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
  });
});
