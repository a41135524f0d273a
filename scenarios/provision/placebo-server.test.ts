import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { checkPlacebo } from './placebo-server.ts';
import type { RedisFacts } from './redis-facts.ts';
import type { RedisServer } from './redis-server.ts';

function server(url: string, facts: Partial<RedisFacts> = {}): RedisServer {
  const all: RedisFacts = {
    version: '7.2.4',
    runId: url,
    pid: 1,
    role: 'master',
    clusterEnabled: false,
    evictionPolicy: 'noeviction',
    usedBytes: 1_000_000,
    maxBytes: 0,
    appendOnly: false,
    save: '',
    keyCount: 0,
    ...facts,
  };
  const stop = async () => {};
  return { url, version: all.version, facts: all, source: 'attached', pid: null, stop };
}

const shared = server('redis://127.0.0.1:6379/0', { runId: 'b5f0' });

describe("the placebo's server", () => {
  it.each(['redis://127.0.0.1:6379/1', 'redis://:hush@localhost:6379'])(
    'is refused where it is the shared one: %s',
    (url) => {
      const check = () => checkPlacebo(server(url, { runId: 'b5f0' }), shared, '--placebo-redis');

      expect(check).toThrow(BadInputError);
      expect(check).toThrow(/^--placebo-redis: redis.*, expected a server of its own/);
      expect(check).not.toThrow('hush');
    },
  );

  it('is another one where neither tells which it is', () => {
    const untold = server('redis://127.0.0.1:6380', { runId: '' });

    expect(checkPlacebo(untold, server('redis://127.0.0.1:6379', { runId: '' }), 'x')).toEqual([]);
  });

  it('is compared in what a run depends on', () => {
    const other = { version: '7.0.15', maxBytes: 1024, appendOnly: true, save: '3600 1' };

    expect(checkPlacebo(server('redis://127.0.0.1:6380', other), shared, 'x')).toEqual([
      'version 7.0.15 against 7.2.4',
      'maxmemory 1024 bytes against none',
      'appendonly yes against no',
      'save "3600 1" against ""',
    ]);
  });

  it('is not said to differ in what a server keeps to itself', () => {
    const silent = server('redis://127.0.0.1:6380', { save: null });

    expect(checkPlacebo(silent, server('redis://127.0.0.1:6379', { save: '60 1' }), 'x')).toEqual(
      [],
    );
  });
});
