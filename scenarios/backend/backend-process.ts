import type { AddressInfo } from 'node:net';
import type { BackendSettings, BackendToRunner, RunnerToBackend } from './backend-messages.ts';
import { makeLoadServer } from './load-server.ts';
import { makePreciseClock } from './precise-clock.ts';
import { makeServiceTimeRatios } from './service-time.ts';
import { WorkerPool } from './worker-pool.ts';

/** The program of the back-end's own process; `startBackend` starts it and ends it. */
function serveUntilDisconnected(settings: BackendSettings): void {
  let { serviceMs } = settings;
  const drawRatio = makeServiceTimeRatios(settings.serviceTime, settings.seed);
  const pool = new WorkerPool({
    workers: settings.workers,
    queueMax: settings.queueMax,
    drawServiceMs: () => serviceMs * drawRatio(),
    clock: makePreciseClock(),
  });

  process.on('message', (message: RunnerToBackend) => {
    if (message.ask === 'set-service-ms') serviceMs = message.serviceMs;
    tell({ event: 'reply', id: message.id, stats: pool.readStats() });
  });

  const server = makeLoadServer(pool);
  server.on('error', (error) => tell({ event: 'failed', problem: error.message }));
  server.listen(0, '127.0.0.1', () => {
    tell({ event: 'listening', port: (server.address() as AddressInfo).port });
  });
}

function tell(message: BackendToRunner): void {
  process.send?.(message);
}

// The channel closes when the runner ends it or dies, whatever the reason: never outlive it.
process.on('disconnect', () => process.exit(0));

serveUntilDisconnected(JSON.parse(process.argv[2] ?? '') as BackendSettings);
