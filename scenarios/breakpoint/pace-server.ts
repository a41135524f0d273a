import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pace } from '../spike/load-plan.ts';

export interface PaceServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Tells both generators the pace of each round, on the loopback: whoever asks first, for a round, has
 * it chosen; all others are told the same.
 */
export async function servePaces(choose: (round: number) => Pace): Promise<PaceServer> {
  const chosen = new Map<number, Pace>();
  const server = createServer((request, response) => {
    const round = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('round'));
    const pace = chosen.get(round) ?? choose(round);
    chosen.set(round, pace);
    response.end(JSON.stringify(pace));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pace`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
