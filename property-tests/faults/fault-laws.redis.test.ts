import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import { makeCacheLaw } from './cache-law.ts';
import { makeCorrelationLaw } from './correlation-law.ts';
import { NATURAL_FAULTS } from './draw-plan.ts';
import { demandHeld, type FaultLaw, type FaultReport, faultLaws } from './fault-laws.ts';
import { IOREDIS } from './ioredis-client.ts';
import { NODE_REDIS, NODE_REDIS_POOL } from './node-redis-client.ts';
import { makeToyPool } from './toy-pool.ts';

/** For each law; `npm run prove` and FAULT_CASES look further. */
const CASES_MAX = Number(process.env['FAULT_CASES'] ?? 40);
/** Only a machine that stands still needs so long; in milliseconds. */
const BUDGET_MS = 20_000 + CASES_MAX * 100;
/** Where a cut falls is the server's timing, too: not every forty cases meet every kind. */
const RUNS_MAX = 3;
const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe(`behind a faulty connection, seed ${SEED}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const runLaw = (law: FaultLaw, casesMax = CASES_MAX, seed = SEED): Promise<FaultReport> =>
    law.run({
      redisPort: server.port,
      seed,
      casesMax,
      budgetMs: BUDGET_MS,
    });

  /** A law that held without having met all it wants to meet goes on with other cases. */
  const runUntilSeen = async (law: FaultLaw): Promise<FaultReport> => {
    let report = await runLaw(law);
    for (let more = 1; more < RUNS_MAX; more += 1) {
      if (report.counterexample !== undefined || report.missing.length === 0) break;
      report = await runLaw(law, CASES_MAX, SEED + more * CASES_MAX);
    }
    return report;
  };

  it.each([
    ...faultLaws,
    makeCacheLaw(NATURAL_FAULTS),
    ...[NODE_REDIS, NODE_REDIS_POOL, makeToyPool('closed')].map((client) =>
      makeCorrelationLaw(client),
    ),
  ])(
    '$name: $statement',
    async (law) => {
      demandHeld(law, await runUntilSeen(law));
    },
    RUNS_MAX * BUDGET_MS + 20_000,
  );

  it('a pool that takes cancelled connections back is caught, within seconds', async () => {
    const report = await runLaw(makeCorrelationLaw(makeToyPool('returned')), 1000);

    expect(report.counterexample?.message).toMatch(/was given .*, its own are/);
  });

  it('a law that never saw what it wants to see is no proof', async () => {
    const law = makeCorrelationLaw(makeToyPool('closed'), ['split']);
    const report = await law.run({
      redisPort: server.port,
      seed: SEED,
      casesMax: 4,
      budgetMs: 500,
    });

    expect(() => demandHeld(law, report)).toThrow(/never seen: .*a cut inside a reply/);
  });

  it.each([IOREDIS, NODE_REDIS])('$name would be caught if replies came twice', async (client) => {
    const report = await runLaw(makeCorrelationLaw(client, ['duplicate', 'split']), 1000);

    expect(report.counterexample?.message).toMatch(/was given .*, its own are/);
  });
});
