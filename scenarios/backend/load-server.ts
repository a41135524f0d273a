import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BACKEND_VALUE_BYTES_MAX, backendValueHead } from './backend-value.ts';
import type { WorkerPool } from './worker-pool.ts';

/** k6 reuses idle connections; one that the server closes first becomes a failed request. */
const KEEP_ALIVE_MS = 10 * 60_000;
const CONNECTIONS_MAX = 8_192;
const FILLER = Buffer.alloc(BACKEND_VALUE_BYTES_MAX, 'partywall back-end stand-in. ');

/**
 * Serves `/load?tenant=..&key=..&bytes=..` (any method) from the pool: 200 with a text value of
 * that many bytes, at least its head ({@link backendValueHead}); 503 where the pool is full;
 * 400 where the request is wrong; 404 elsewhere.
 */
export function makeLoadServer(pool: WorkerPool): Server {
  const server = createServer((request, response) => answer(pool, request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

function answer(pool: WorkerPool, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const url = request.url ?? '';
  if (!url.startsWith('/load?')) {
    refuse(response, 404, 'expected /load?tenant=..&key=..&bytes=..');
    return;
  }
  const wanted = parseLoad(new URLSearchParams(url.slice('/load?'.length)));
  if ('problem' in wanted) {
    refuse(response, 400, wanted.problem);
    return;
  }

  const ticket = pool.submit(() => sendValue(response, wanted));
  if (ticket === undefined) {
    refuse(response, 503, 'all workers are busy and the queue is full');
    return;
  }
  response.on('close', () => {
    if (!response.writableEnded) ticket.abandon();
  });
}

interface WantedLoad {
  readonly head: string;
  readonly bytes: number;
}

function parseLoad(query: URLSearchParams): WantedLoad | { readonly problem: string } {
  const tenant = query.get('tenant');
  const key = query.get('key');
  const bytes = Number(query.get('bytes'));

  if (!tenant) return { problem: 'tenant: missing, expected the name of a tenant' };
  if (!key) return { problem: 'key: missing, expected a key' };
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > BACKEND_VALUE_BYTES_MAX) {
    const got = JSON.stringify(query.get('bytes'));
    return { problem: `bytes: ${got}, expected an integer 1..${BACKEND_VALUE_BYTES_MAX}` };
  }
  return { head: backendValueHead(tenant, key), bytes };
}

function sendValue(response: ServerResponse, { head, bytes }: WantedLoad): void {
  const fillerBytes = Math.max(0, bytes - head.length);
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': head.length + fillerBytes,
  });
  response.write(head, 'latin1');
  response.end(FILLER.subarray(0, fillerBytes));
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(reason),
  });
  response.end(reason);
}
