import { describe, expect, it } from 'vitest';
import { makeKeyspace } from '../tenancy/keyspace.ts';
import { parseTenantId } from '../tenancy/tenant-id.ts';
import { RedisStore, type ScriptRunner } from './redis-store.ts';
import { StoreError } from './store-error.ts';

/** A server whose recount goes as `answer` says, which is asked with the count so far. */
function countingServer(answer: (asked: readonly number[]) => number[]) {
  let callCount = 0;
  const runner: ScriptRunner<string> = {
    send: async (words) => {
      callCount += 1;
      return answer(words.slice(6, 10).map(Number));
    },
    encode: () => '',
    decode: () => ({ value: '', seal: '', loadMs: 0 }),
    explain: () => new StoreError('connection', 'lost', false),
    close: async () => {},
  };
  const store = new RedisStore(runner, { keyspace: makeKeyspace() });
  return { store, calls: () => callCount };
}

const TENANT = parseTenantId('acme');
const MORE = 0;
const DONE = 1;

describe('a recount', () => {
  it('gives up on a tenant that changes between any two batches', async () => {
    let changes = 0;
    const { store, calls } = countingServer(() => {
      changes += 1;
      return [MORE, 256, 1000, 256, changes];
    });

    await expect(store.reconcile(TENANT)).rejects.toThrow('changed during every recount');
    expect(calls()).toBeLessThan(2000);
  });

  it('gives up on a server that never comes to an end', async () => {
    const { store } = countingServer(() => [MORE, 0, 0, 0, 0]);

    await expect(store.reconcile(TENANT)).rejects.toThrow('changed during every recount');
  });

  it('goes on behind any number of entries that vanished', async () => {
    let callCount = 0;
    const { store } = countingServer(() => {
      callCount += 1;
      return callCount < 5000 ? [MORE, 256, 1000, 256, 7] : [DONE, 5, 1];
    });

    expect(await store.reconcile(TENANT)).toEqual({ driftBytes: 5, driftEntries: 1 });
  });

  it('lets overdue entries be settled first, however many there are', async () => {
    let changes = 0;
    const { store } = countingServer(() => {
      changes += 1;
      return changes < 5000 ? [MORE, 0, 0, 0, changes] : [DONE, 0, 0];
    });

    expect(await store.reconcile(TENANT)).toEqual({ driftBytes: 0, driftEntries: 0 });
  });
});
