import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';

/** A Redis Cluster of our own, on free ports, that keeps nothing. */
export interface TestCluster {
  readonly client: Cluster;
  /** Empties all nodes. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** Ends a process that leads its own group where ours is gone; returns how to say that it ended. */
export type WatchOver = (pid: number) => () => void;

interface Node {
  readonly port: number;
  readonly client: Redis;
  end(): Promise<void>;
}

const NODE_COUNT = 3;
const SLOT_COUNT = 16_384;
const UP_WITHIN_MS = 20_000;

/**
 * Starts three masters that share the slots.
 *
 * @param binary the redis-server to run
 */
export async function startCluster(
  binary = 'redis-server',
  watchOver: WatchOver = () => () => {},
): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'partywall-cluster-'));
  const nodes: Node[] = [];
  async function stop(): Promise<void> {
    for (const { client, end } of nodes) {
      client.disconnect();
      await end();
    }
    await rm(folder, { recursive: true, force: true });
  }
  try {
    for (let at = 0; at < NODE_COUNT; at += 1)
      nodes.push(await startNode(binary, folder, watchOver));
    await formCluster(nodes);
    const client = new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
    client.on('error', () => {});
    return {
      client,
      empty: async () => {
        for (const node of nodes) await node.client.flushall('ASYNC');
      },
      stop: async () => {
        client.disconnect();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNode(binary: string, folder: string, watchOver: WatchOver): Promise<Node> {
  const port = await freePort();
  const words = [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    ...['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${port}.conf`, '--dir', folder],
  ];
  // Ctrl-C reaches the whole group of processes; who started the cluster decides when it ends.
  const started = spawn(binary, words, { stdio: 'ignore', detached: true });
  const end = endWithUs(started, watchOver);
  const client = new Redis({ port, maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  // Refused until the server listens, and again when it stops.
  client.on('error', () => {});
  try {
    await client.ping();
  } catch (error) {
    client.disconnect();
    await end();
    throw error;
  }
  return { port, client, end };
}

/** Ends the process at the latest when ours does; returns how to end it before. */
function endWithUs(child: ChildProcess, watchOver: WatchOver): () => Promise<void> {
  const kill = () => void child.kill();
  process.once('exit', kill);
  const forgetWatch = child.pid === undefined ? () => {} : watchOver(child.pid);
  return async () => {
    process.removeListener('exit', kill);
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      kill();
      await ended;
    }
    forgetWatch();
  };
}

async function formCluster(nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(SLOT_COUNT / nodes.length);
  for (const [at, { client }] of nodes.entries()) {
    const last = Math.min(SLOT_COUNT, (at + 1) * share) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', `${at * share}`, `${last}`);
    const [first] = nodes;
    if (at > 0 && first !== undefined) {
      await client.call('CLUSTER', 'MEET', '127.0.0.1', `${first.port}`);
    }
  }
  const giveUpAt = performance.now() + UP_WITHIN_MS;
  for (const { client } of nodes) {
    while (!(await isUp(client, nodes.length))) {
      if (performance.now() > giveUpAt) throw new Error('the Redis Cluster did not come up');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function isUp(client: Redis, count: number): Promise<boolean> {
  const info = `${await client.call('CLUSTER', 'INFO')}`;
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${count}`);
}

/** A port whose bus port, 10,000 above, exists as well. */
async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    if (address === null || typeof address === 'string') throw new Error('no free port');
    if (address.port <= 55_535) return address.port;
  }
}
