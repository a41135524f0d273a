import { describe, expect, it } from 'vitest';
import { startTestServer } from '../core/stores/redis-server.fixture.ts';
import { compareWithRedis, DEFAULT_LOAD } from './verify/live-eviction.ts';

describe('sampled eviction', () => {
  it("has a real Redis's miss ratio for each tenant on it, within .3 points", async () => {
    const start = async () => {
      const server = await startTestServer();
      return { url: `redis://127.0.0.1:${server.port}`, stop: server.stop };
    };

    const rows = await compareWithRedis(start, true, { ...DEFAULT_LOAD, requestCount: 200_000 });

    expect(rows.length).toBe(3);
    expect(rows.filter(({ isMet }) => !isMet)).toEqual([]);
  });
});
