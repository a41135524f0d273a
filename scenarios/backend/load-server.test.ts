import { type ClientRequest, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BACKEND_VALUE_BYTES_MAX, isBackendValueOf } from './backend-value.ts';
import { makeLoadServer } from './load-server.ts';
import { type PoolClock, WorkerPool } from './worker-pool.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Time that stands still until the test serves the loads that wait for a worker's end. */
class HeldClock implements PoolClock {
  readonly #due: (() => void)[] = [];

  nowMs(): number {
    return 0;
  }

  callAt(_atMs: number, callback: () => void): void {
    this.#due.push(callback);
  }

  finishNext(): void {
    this.#due.shift()?.();
  }
}

async function startServer(options: { workers?: number; queueMax?: number; held?: boolean } = {}) {
  const held = new HeldClock();
  const immediate: PoolClock = { nowMs: () => 0, callAt: (_atMs, callback) => callback() };
  const pool = new WorkerPool({
    workers: options.workers ?? 1,
    queueMax: options.queueMax ?? 1,
    drawServiceMs: () => 20,
    clock: options.held ? held : immediate,
  });
  const server = makeLoadServer(pool);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { held, pool, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Starts a request and leaves it open. */
function leaveOpen(url: string): ClientRequest {
  const open = request(url);
  open.on('error', () => {});
  open.end();
  return open;
}

describe('the load server', () => {
  it.each([
    { tenant: 'tenant-1', key: 'user:7/answers', bytes: 2_000 },
    { tenant: 'tenant-1', key: 'k', bytes: 1 },
    { tenant: 'Zürich', key: '鍵 & "é"', bytes: 500 },
    { tenant: 'tenant-1', key: 'large', bytes: 1_048_576 },
  ])('answers $tenant $key with its own $bytes bytes', async ({ tenant, key, bytes }) => {
    const { url } = await startServer();

    const query = new URLSearchParams({ tenant, key, bytes: `${bytes}` });
    const response = await fetch(`${url}/load?${query}`, { method: 'POST' });
    const value = await response.text();

    expect(response.status).toBe(200);
    expect(isBackendValueOf(value, tenant, key, bytes)).toBe(true);
  });

  it.each([
    ['key=k&bytes=1', 'tenant: missing'],
    ['tenant=&key=k&bytes=1', 'tenant: missing'],
    ['tenant=t&bytes=1', 'key: missing'],
    ['tenant=t&key=k', 'bytes: null'],
    ['tenant=t&key=k&bytes=1.5', 'bytes: "1.5"'],
    ['tenant=t&key=k&bytes=0', 'bytes: "0"'],
    [`tenant=t&key=k&bytes=${BACKEND_VALUE_BYTES_MAX + 1}`, 'bytes: "8388609"'],
  ])('refuses %s and names the field', async (query, problem) => {
    const { url, pool } = await startServer();

    const response = await fetch(`${url}/load?${query}`);

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(problem);
    expect(pool.readStats().servedCount).toBe(0);
  });

  it('answers 404 for other paths', async () => {
    const { url } = await startServer();

    expect((await fetch(`${url}/`)).status).toBe(404);
  });

  it('answers 503 where workers and queue are full', async () => {
    const { url, pool } = await startServer({ held: true });
    leaveOpen(`${url}/load?tenant=t&key=a&bytes=10`);
    leaveOpen(`${url}/load?tenant=t&key=b&bytes=10`);
    await vi.waitFor(() => expect(pool.readStats().queuedCount).toBe(1));

    const response = await fetch(`${url}/load?tenant=t&key=c&bytes=10`);

    expect(response.status).toBe(503);
    expect(pool.readStats().rejectedCount).toBe(1);
  });

  it('frees the place in the queue of a client that went away', async () => {
    const { url, pool, held } = await startServer({ held: true });
    leaveOpen(`${url}/load?tenant=t&key=a&bytes=10`);
    await vi.waitFor(() => expect(pool.readStats().inServiceCount).toBe(1));
    const leaving = leaveOpen(`${url}/load?tenant=t&key=b&bytes=10`);
    await vi.waitFor(() => expect(pool.readStats().queuedCount).toBe(1));

    leaving.destroy();
    await vi.waitFor(() => expect(pool.readStats().queuedCount).toBe(0));
    const answer = fetch(`${url}/load?tenant=t&key=c&bytes=10`);
    await vi.waitFor(() => expect(pool.readStats().queuedCount).toBe(1));
    held.finishNext();
    held.finishNext();

    expect((await answer).status).toBe(200);
    expect(pool.readStats()).toMatchObject({ abandonedCount: 1, rejectedCount: 0 });
  });
});

describe('a value of the back-end', () => {
  it('is not taken for that of another tenant or key, nor for one of another size', async () => {
    const { url } = await startServer();
    const value = await (await fetch(`${url}/load?tenant=a&key=b/c&bytes=100`)).text();

    expect(isBackendValueOf(value, 'a', 'b/c', 100)).toBe(true);
    expect(isBackendValueOf(value, 'a/b', 'c', 100)).toBe(false);
    expect(isBackendValueOf(value, 'b', 'b/c', 100)).toBe(false);
    expect(isBackendValueOf(value, 'a', 'b/d', 100)).toBe(false);
    expect(isBackendValueOf(value, 'a', 'b/c', 101)).toBe(false);
  });
});
