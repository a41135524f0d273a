import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MissingToolError } from '../../results/output/operating-errors.ts';
import { openRedis } from '../provision/redis-client.ts';
import { deploy } from './deployment.ts';
import { parseSpikeOptions, type SpikeOptions } from './options.ts';
import { runSpike } from './run-spike.ts';
import { planTraffic } from './traffic.ts';
import { keysOfTenants, preload } from './warm-state.ts';

/*
 * A server of somebody else's, whose keys lie next to ours and look like them. Whatever becomes of a
 * run, theirs are byte for byte what they were.
 */
let folder: string;
let port: number;
let server: ChildProcess;
let client: Redis;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-own-keys-'));
  const user = ['--user', 'ours', 'on', '>hush:@/', '+@all', '~*'];
  ({ port, server } = await runServer('--unixsocket', join(folder, 'redis.sock'), ...user));
  client = openRedis(`redis://127.0.0.1:${port}`, {});
});
afterAll(async () => {
  client.disconnect();
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function runServer(...args: string[]): Promise<{ port: number; server: ChildProcess }> {
  const free = await findFreePort();
  const plain = ['--port', `${free}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const started = spawn('redis-server', [...plain, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of started.stdout) if (`${text}`.includes('Ready to accept')) break;
  started.stdout.resume();
  return { port: free, server: started };
}

async function findFreePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const found = (listening.address() as AddressInfo).port;
  listening.close();
  await once(listening, 'close');
  return found;
}

/** Keys of others: of another namespace, of none, of tenants named as ours, of every type. */
async function putForeignKeys(): Promise<void> {
  const { neighbours } = planTraffic({ ...RATES, seed: 1 });
  const name = neighbours[0]?.id;
  await client.set(`cache:{${name}}:warm:0`, 'theirs');
  await client.set(`trial2:cache:{${name}}:warm:0`, 'theirs', 'PX', 3_600_000);
  await client.hset(`trial2:meta:tenant:{${name}}:state`, { g: '7', n: '12' });
  await client.zadd(`lru:{${name}}`, 5, 'warm:0', 6, 'warm:1');
  await client.hset(`meta:tenant:{${name}}:state`, { g: '3' });
  await client.sadd('trial:of-theirs', 'a', 'b');
  await client.rpush('trial:cache:{another-tenant}:list', '1', '2');
  await client.xadd('stream', '1-1', 'field', Buffer.from([0, 255, 10]));
  await client.set('binary', Buffer.from([0, 1, 254, 255]));
}

const RATES = {
  neighbours: 3,
  neighbourRatePerSecond: 10,
  ordinaryRatePerSecond: 10,
  hotRatePerSecond: 100,
};

async function dumpAll(): Promise<Record<string, unknown>> {
  const keys = (await client.keys('*')).sort();
  const rows = await Promise.all(
    keys.map(async (key) => [
      key,
      await client.dumpBuffer(key),
      (await client.pexpiretime(key)) > 0,
    ]),
  );
  return Object.fromEntries(rows.map(([key, ...row]) => [key, row]));
}

let foreign: Record<string, unknown>;
beforeEach(async () => {
  await putForeignKeys();
  foreign = await dumpAll();
});
afterEach(async () => {
  const keys = await client.keys('*');
  if (keys.length > 0) await client.del(...keys);
});

function optionsFor(more: Record<string, unknown> = {}): SpikeOptions {
  const redis = `redis://127.0.0.1:${port}`;
  return parseSpikeOptions({ redis, namespace: 'trial', neighbours: '3', ...more }, () => 1);
}

/** A whole run of little load, which has its server and no placebo. */
let light: SpikeOptions;
beforeAll(() => {
  light = optionsFor({ quick: true, neighbourRate: '20', hotRate: '200' });
});

/** Puts a side up on the server and loads it, as a run does. */
async function begin(options: SpikeOptions, say: (line: string) => void = () => {}) {
  const side = await deploy('shared', options, say);
  const traffic = planTraffic({ ...RATES, seed: 1 });
  await preload(side, traffic, [...traffic.neighbours, traffic.hot], keysOfTenants(true));
  return side;
}

const isOurs = (key: string) => !(key in foreign);

describe("a run on somebody else's server", () => {
  it('leaves none of its keys, and theirs as they were', async () => {
    const side = await begin(optionsFor());
    const during = await dumpAll();
    await side.stop();

    expect(Object.keys(during).filter(isOurs).length).toBeGreaterThan(1000);
    expect(during).toMatchObject(foreign);
    expect(await dumpAll()).toEqual(foreign);
  });

  it('leaves none where its connections are lost', async () => {
    const side = await begin(optionsFor());
    await client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await side.stop();

    expect(await dumpAll()).toEqual(foreign);
  });

  it('leaves none where the server does not answer for a while', async () => {
    const side = await begin(optionsFor());
    await client.client('PAUSE', 1500, 'ALL');
    await side.stop();

    expect(await dumpAll()).toEqual(foreign);
  });

  it('says so where its keys could not be removed', async () => {
    const said: string[] = [];
    const url = `redis://ours:${encodeURIComponent('hush:@/')}@127.0.0.1:${port}`;
    const side = await begin(optionsFor({ redis: url }), (line) => said.push(line));
    await client.call('ACL', 'SETUSER', 'ours', '-unlink', '-evalsha', '-eval');
    await side.stop();
    await client.call('ACL', 'SETUSER', 'ours', '+@all');

    expect(said.join('\n')).toContain(`keys of this run are left on redis://ours:***@127.0.0.1`);
    expect(said.join('\n')).not.toContain('hush');
    expect(await dumpAll()).toMatchObject(foreign);
  });

  interface Ending {
    readonly how: string;
    readonly redis?: () => string;
    readonly trouble?: () => Promise<unknown>;
  }
  const endings: readonly Ending[] = [
    { how: 'is stopped by Ctrl-C' },
    {
      how: 'reaches it by a socket and is stopped',
      redis: () => `unix://ours:${encodeURIComponent('hush:@/')}@${join(folder, 'redis.sock')}`,
    },
    {
      how: 'is stopped when its connections are lost',
      trouble: () => client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
    },
    {
      how: 'is stopped when the server is silent',
      trouble: () => client.client('PAUSE', 1500, 'ALL'),
    },
  ];

  it.each(endings)(
    'leaves none where it $how under load',
    {
      timeout: 120_000,
    },
    async ({ redis, trouble }) => {
      const controller = new AbortController();
      let underLoad: Promise<void> | undefined;
      const say = (line: string) => {
        if (line.startsWith('calibrating')) underLoad = untilUnderLoad().then(stop);
      };
      const stop = async () => {
        await trouble?.();
        controller.abort();
      };
      const progress = { say, advance: () => {}, finish: () => {} };

      const record = await runSpike(
        { ...light, ...(redis ? { redis: redis() } : {}) },
        {
          env: process.env,
          signal: controller.signal,
          progress,
        },
      );
      await underLoad;

      expect(record.ended).toBe('interrupted');
      expect(await dumpAll()).toEqual(foreign);
    },
  );

  it('tells that its server was lost, and what it had measured', { timeout: 120_000 }, async () => {
    const said: string[] = [];
    let refused: Promise<void> | undefined;
    const say = (line: string) => {
      said.push(line);
      if (line.startsWith('calibrating')) refused = untilUnderLoad().then(refuseEverybody);
    };
    const refuseEverybody = async () => {
      await client.call('ACL', 'SETUSER', 'ours', 'off');
      await client.client('KILL', 'USER', 'ours');
    };
    const redis = `redis://ours:${encodeURIComponent('hush:@/')}@127.0.0.1:${port}`;
    const progress = { say, advance: () => {}, finish: () => {} };
    const { signal } = new AbortController();

    const run = runSpike({ ...light, redis }, { env: process.env, signal, progress });

    await Promise.allSettled([run]).then(() => refused);
    await expect(run).rejects.toThrow(/^--redis: redis:..ours:\*\*\*@127.0.0.1:\d+, expected /);
    expect(said.join('\n')).toContain('keys of this run are left');
    expect(said.join('\n')).not.toContain('hush');
    await client.call('ACL', 'SETUSER', 'ours', 'on');
    expect(await dumpAll()).toMatchObject(foreign);
  });

  it('killed under load, is offered to be cleaned up after, and then only its own keys go', {
    timeout: 120_000,
  }, async () => {
    await runAndDie();
    const left = await dumpAll();

    expect(Object.keys(left).filter(isOurs).length).toBeGreaterThan(1000);
    await expect(deploy('shared', optionsFor(), () => {})).rejects.toThrow(
      /--redis: .* was cut off; --clean-up removes its keys and nothing else/,
    );
    expect(await dumpAll()).toEqual(left);

    const next = await deploy('shared', optionsFor({ cleanUp: true }), () => {});
    expect(Object.keys(await dumpAll()).filter(isOurs)).toHaveLength(1);
    await next.stop();
    expect(await dumpAll()).toEqual(foreign);
  });

  it('does not begin where another one is at work, nor on its own server twice', async () => {
    const side = await begin(optionsFor());
    const during = await dumpAll();

    const second = deploy('shared', optionsFor({ cleanUp: true }), () => {});

    await expect(second).rejects.toThrow('a server that no other run uses; this run itself does');
    expect(await dumpAll()).toEqual(during);
    await side.stop();
  });

  it('does not begin where the placebo is the shared server by another database', async () => {
    const side = await begin(optionsFor());
    const placeboRedis = `redis://localhost:${port}/1`;

    const placebo = deploy('placebo', optionsFor({ placeboRedis }), () => {}, side.redis);

    await expect(placebo).rejects.toThrow(
      `--placebo-redis: ${placeboRedis}, expected a server of its own; it is the shared one`,
    );
    expect(await client.info('keyspace')).not.toContain('db1:');
    await side.stop();
  });

  it('says where the placebo is configured unlike the shared server', async () => {
    const side = await begin(optionsFor());
    const other = await runServer('--maxmemory', '100mb');
    const placeboRedis = `redis://127.0.0.1:${other.port}`;
    const said: string[] = [];
    try {
      const options = optionsFor({ placeboRedis });
      const placebo = await deploy('placebo', options, (line) => said.push(line), side.redis);
      await placebo.stop();
    } finally {
      other.server.kill('SIGKILL');
    }
    await side.stop();

    expect(said).toContain(
      '--placebo-redis: configured unlike the shared server, which may tell: maxmemory 104857600 bytes against none',
    );
  });

  it.each([
    ['a tenant named as one of ours', 'trial2', 'a namespace of its own; there is a tenant'],
    ['keys, and there is no namespace', '', 'an empty database; it has 9 keys'],
  ])('does not begin where there are %s', async (_what, namespace, expected) => {
    const side = deploy('shared', optionsFor({ namespace, cleanUp: true }), () => {});

    await expect(side).rejects.toThrow(expected);
    expect(await dumpAll()).toEqual(foreign);
  });

  it('takes no strange value for a journal', async () => {
    await client.set('trial:cache:{partywall-run}:journal', '{"host":"a b","pid":1}');
    const before = await dumpAll();

    const side = deploy('shared', optionsFor({ cleanUp: true }), () => {});

    await expect(side).rejects.toThrow('no journal of something else than a run');
    expect(await dumpAll()).toEqual(before);
  });
});

describe('a server that falls silent under load, and stays connected', { timeout: 120_000 }, () => {
  let other: Awaited<ReturnType<typeof runServer>>;
  beforeEach(async () => {
    other = await runServer();
  });
  afterEach(() => {
    other.server.kill('SIGKILL');
  });

  /** A run whose server stands still as soon as the load is there; then something else happens. */
  async function runOnIt(signal: AbortSignal, then: () => void = () => {}) {
    const look = openRedis(`redis://127.0.0.1:${other.port}`, {});
    let silenced: Promise<void> | undefined;
    const silence = async () => {
      await untilUnderLoad(look);
      other.server.kill('SIGSTOP');
      then();
    };
    const say = (line: string) => {
      if (line.startsWith('calibrating')) silenced = silence();
    };
    const options = { ...light, redis: `redis://127.0.0.1:${other.port}` };
    const progress = { say, advance: () => {}, finish: () => {} };
    try {
      return await runSpike(options, { env: process.env, signal, progress });
    } finally {
      await silenced;
      look.disconnect();
    }
  }

  it('is told of as one that was lost', async () => {
    const run = runOnIt(new AbortController().signal);

    await expect(run).rejects.toThrow(MissingToolError);
    await expect(run).rejects.toThrow('expected a Redis that answers (Command timed out)');
  });

  it('does not keep a run that was asked to stop', async () => {
    const controller = new AbortController();

    const record = await runOnIt(controller.signal, () => controller.abort());

    expect(record.ended).toBe('interrupted');
  });
});

/** Of a run that has loaded its keys: until its generators have put more. */
async function untilUnderLoad(looking = client): Promise<void> {
  const loadedCount = await looking.dbsize();
  while ((await looking.dbsize()) <= loadedCount) await sleep(20);
}

/** A run in a process of its own, killed when its generators are at work; they end with it. */
async function runAndDie(): Promise<void> {
  const program = `
    import { runSpike } from ${JSON.stringify(new URL('run-spike.ts', import.meta.url).href)};
    const progress = { say: (line) => console.log(line), advance() {}, finish() {} };
    const { signal } = new AbortController();
    await runSpike(${JSON.stringify(light)}, { env: process.env, signal, progress });
  `;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const args = ['--import', tsx, '--input-type=module', '--eval', program];
  const run = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(run, 'exit');
  await new Promise<void>((resolve) => {
    run.stdout.on('data', (text) => `${text}`.includes('calibrating') && resolve());
  });
  await untilUnderLoad();
  run.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  await vi.waitFor(async () => expect(await countClients()).toBe(1), { timeout: 10_000 });
}

async function countClients(): Promise<number> {
  return `${await client.client('LIST')}`.trim().split('\n').length;
}

describe('a way to a server', () => {
  const works = async (redis: string) => {
    const side = await begin(optionsFor({ redis }));
    const during = await dumpAll();
    await side.stop();
    expect(Object.keys(during).filter(isOurs).length).toBeGreaterThan(1000);
    expect(await dumpAll()).toEqual(foreign);
    return side;
  };

  it('may be a user with a password of any characters', async () => {
    await works(`redis://ours:${encodeURIComponent('hush:@/')}@127.0.0.1:${port}`);
  });

  it('may be a Unix socket, with a user and a database', async () => {
    const side = await works(`unix://${join(folder, 'redis.sock')}`);
    const other = `unix://ours:${encodeURIComponent('hush:@/')}@${join(folder, 'redis.sock')}?db=1`;
    const second = await deploy('shared', optionsFor({ redis: other, namespace: '' }), () => {});
    await second.stop();

    expect(side.redis.url).toMatch(/^unix:/);
  });

  it('may be the master that a sentinel knows', async () => {
    const sentinelPort = await findFreePort();
    const config = join(folder, 'sentinel.conf');
    writeFileSync(
      config,
      `port ${sentinelPort}\nbind 127.0.0.1\ndir ${folder}\nsentinel monitor main 127.0.0.1 ${port} 1\n`,
    );
    const sentinel = spawn('redis-server', [config, '--sentinel'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      for await (const text of sentinel.stdout) if (`${text}`.includes('+monitor')) break;
      const at = `sentinel://127.0.0.1:1,127.0.0.1:${sentinelPort}`;
      const side = await works(`${at}/main`);
      const nobody = deploy('shared', optionsFor({ redis: `${at}/other` }), () => {});

      await expect(nobody).rejects.toThrow('knows no master other');
      expect(side.redis.url).toBe(`redis://127.0.0.1:${port}`);
    } finally {
      sentinel.kill('SIGKILL');
    }
  });

  it('may be TLS, whose certificate must be one that this machine trusts', async () => {
    const tlsPort = await findFreePort();
    const made = makeCertificate();
    const tls = spawn(
      'redis-server',
      [
        ...['--port', '0', '--tls-port', `${tlsPort}`, '--bind', '127.0.0.1', '--save', ''],
        ...['--tls-cert-file', made.cert, '--tls-key-file', made.key, '--tls-auth-clients', 'no'],
        ...['--tls-ca-cert-file', made.cert],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      for await (const text of tls.stdout) if (`${text}`.includes('Ready to accept')) break;
      const url = `rediss://localhost:${tlsPort}`;
      await expect(deploy('shared', optionsFor({ redis: url }), () => {})).rejects.toThrow(
        /expected a Redis that answers .*self-signed certificate/,
      );
      const seen = spawnSync(process.execPath, tlsProgram(url), {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: made.cert },
        encoding: 'utf8',
      });
      expect(seen.stderr + seen.stdout).toBe('attached');
    } finally {
      tls.kill('SIGKILL');
    }
  });

  function makeCertificate() {
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const form = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
    spawnSync('openssl', ['req', ...form, ...subject, '-keyout', key, '-out', cert]);
    return { cert, key };
  }

  function tlsProgram(url: string): string[] {
    const redis = JSON.stringify(new URL('../provision/redis.ts', import.meta.url).href);
    const program = `
      import { startRedis } from ${redis};
      const server = await startRedis({ name: 'shared', url: ${JSON.stringify(url)} });
      process.stdout.write(server.source);
    `;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    return ['--import', tsx, '--input-type=module', '--eval', program];
  }
});
