import { afterAll, beforeAll, describe, it } from 'vitest';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import { Coverage } from '../arbitraries/coverage.ts';
import { expectHeld, SEED } from './effort.fixture.ts';
import { type Ground, makeRedisGround } from './ground.ts';
import { LAWS } from './laws.ts';
import { startCluster, type TestCluster } from './redis-cluster.ts';

/** Fewer cases than over memory, so what must happen is asked of all laws of a ground together. */
const STORED = LAWS.filter(({ usesStore }) => usesStore);

describe(`the core over a real Redis (seed ${SEED})`, () => {
  const coverage = new Coverage();
  let server: TestServer;
  let ground: Ground;
  beforeAll(async () => {
    server = await startTestServer();
    const client = server.client();
    ground = makeRedisGround('redis', client, async () => {
      await client.flushall('ASYNC');
    });
  });
  afterAll(() => server.stop());

  for (const law of STORED) {
    it(`${law.property} ${law.name}`, () => expectHeld(law, ground, 25, coverage));
  }
});

describe(`the core over three nodes of a Redis Cluster (seed ${SEED})`, () => {
  const coverage = new Coverage();
  let cluster: TestCluster;
  let ground: Ground;
  beforeAll(async () => {
    cluster = await startCluster();
    ground = makeRedisGround('cluster', cluster.client, cluster.empty);
  }, 30_000);
  afterAll(() => cluster.stop());

  for (const law of STORED) {
    it(`${law.property} ${law.name}`, () => expectHeld(law, ground, 6, coverage));
  }
});
