import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { HIT, MISS, NEAR_LIMIT, STORED } from '../../../core/policy/outcome-code.ts';
import { SCRIPTS } from '../../../core/stores/lua/scripts.generated.ts';
import { lookupWords, putWords } from '../../../core/stores/script-call.ts';
import type { Quota, RateLimit } from '../../../core/stores/store.ts';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../../core/tenancy/tenant-id.ts';
import { RandomStream } from '../../random-stream.ts';
import type { ClimbStep } from './climb.ts';
import { LoadConnection, spellCommand } from './load-connection.ts';
import { threadSeconds } from './redis-info.ts';

/** What is asked for: by whom, and of what sizes. */
export interface DrivenLoad {
  readonly tenants: readonly string[];
  readonly keyBytes: number;
  readonly valueBytes: number;
}

const CONNECTIONS = 8;
const STEP_S = 1.2;
/** Single commands are timed with so many of them under way, for so long. */
const IN_FLIGHT = 128;
const TIMED_S = 2;
/**
 * Of hits, of misses and of puts each, as far as their values are not too much for a small server;
 * their keys are spread evenly over the tenants.
 */
const COMMANDS_MAX = 4_000;
const VALUES_BYTES_MAX = 16 * 2 ** 20;
const DRAIN_MS_MAX = 10_000;
/** What is under way beyond this is lost anyway: the step has failed. */
const BACKLOG_MAX = 20_000;

const LIMIT: RateLimit = { ratePerSecond: 1e6, burst: 1e6, enforcement: 'enforce' };
/** Of all tenants together: large values are evicted before the server is full. */
const QUOTA_BYTES = 2 ** 28;
/** Of what the hits are to find: longer than anybody drives. */
const FILL_TTL_MS = 3_600_000;
/** Of what is put: as many entries expire as are put, once the load has gone on for a while. */
const PUT_TTL_MS = 1_500;
const STEADY_S = 3;

/** Commands, spelt once. */
interface SpeltLoad {
  readonly hits: readonly Buffer[];
  readonly misses: readonly Buffer[];
  /** Each time another key: the counter in it is written anew before it is sent. */
  readonly puts: readonly PutCommand[];
  /** What the hits are to find. */
  readonly fills: readonly Buffer[];
}

interface PutCommand {
  readonly command: Buffer;
  /** Where the key's counter begins. */
  readonly counterAt: number;
}

const COUNTER_DIGITS = 9;

function spellLoad({ tenants, keyBytes, valueBytes }: DrivenLoad): SpeltLoad {
  const keyspace = makeKeyspace();
  const quotaBytes = Math.floor(QUOTA_BYTES / tenants.length);
  const quota: Quota = { quotaBytes, atQuota: 'evict', enforcement: 'enforce' };
  const count = Math.max(1, Math.min(COMMANDS_MAX, Math.floor(VALUES_BYTES_MAX / valueBytes)));
  const of = <T>(spell: (at: number) => T) => Array.from({ length: count }, (_, at) => spell(at));
  const keysAt = (at: number) => {
    const tenant = parseTenantId(tenants[at % tenants.length] ?? '');
    return { tenant, keys: keyspace.ofTenant(tenant) };
  };
  const lookup = (at: number, name: string) => {
    const { tenant, keys } = keysAt(at);
    const key = name.padStart(keyBytes - keys.entryPrefix.length, 'k');
    return spellCommand(lookupWords(keys, LIMIT, { tenant, key, limit: LIMIT }));
  };
  const put = (at: number, name: string, ttlMs: number) => {
    const { tenant, keys } = keysAt(at);
    const key = name.padStart(keyBytes - keys.entryPrefix.length, 'k');
    // Half to one and a half of the mean, evenly, as they are where the plan is calibrated.
    const value = 'v'.repeat(Math.round(valueBytes * (0.5 + (at + 0.5) / count)));
    const request = { tenant, key, value, seal: '', ttlMs, quota };
    return spellCommand(putWords(keys, request, value));
  };
  return {
    hits: of((at) => lookup(at, `${at}`)),
    misses: of((at) => lookup(at, `x${at}`)),
    puts: of((at) => {
      const command = put(at, `p${'0'.repeat(COUNTER_DIGITS)}`, PUT_TTL_MS);
      return { command, counterAt: command.indexOf(`p${'0'.repeat(COUNTER_DIGITS)}`) + 1 };
    }),
    fills: of((at) => put(at, `${at}`, FILL_TTL_MS)),
  };
}

/**
 * Puts the cache's own commands on a server that is ours, faster than a client library could: they
 * are spelt beforehand. The server is left as it then is.
 */
export class LoadDriver {
  private readonly client: Redis;
  private readonly connections: readonly LoadConnection[];
  private readonly load: SpeltLoad;
  private readonly random = new RandomStream(7, 0);
  private trouble: Error | undefined;
  private next = 0;
  private putCount = 0;
  private putsUnderWay = 0;

  private constructor(client: Redis, connections: readonly LoadConnection[], load: SpeltLoad) {
    this.client = client;
    this.connections = connections;
    this.load = load;
  }

  /** Fills the server with what the hits are to find. @param client a connection to that server */
  static async open(client: Redis, load: DrivenLoad): Promise<LoadDriver> {
    for (const { source } of [SCRIPTS.lookup, SCRIPTS.put]) await client.script('LOAD', source);
    const { host = '127.0.0.1', port = 6379 } = client.options;
    const connections: LoadConnection[] = [];
    const driver = new LoadDriver(client, connections, spellLoad(load));
    const onEnd = (error: Error) => {
      driver.trouble ??= error;
    };
    try {
      while (connections.length < CONNECTIONS) {
        connections.push(await LoadConnection.open({ host, port }, onEnd));
      }
      await driver.fill();
    } catch (error) {
      driver.close();
      throw error;
    }
    return driver;
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private async fill(): Promise<void> {
    let stored = 0;
    const { fills } = this.load;
    for (const [at, command] of fills.entries()) {
      const connection = this.connections[at % CONNECTIONS] as LoadConnection;
      connection.ask(command, (reply) => {
        stored += 1;
        this.expect(isStored(reply), 'a put', reply);
      });
    }
    await this.drain(() => stored === fills.length);
  }

  /**
   * Thread time of one command where nothing else is asked for, and as much of it as the thread can
   * do: reading and answering cost each command the less, the more of them wait. Puts are timed once
   * as many entries expire as are put.
   */
  async threadUsOf(kind: 'hits' | 'puts'): Promise<number> {
    if (kind === 'puts') await this.saturate(kind, STEADY_S);
    const before = await threadSeconds(this.client);
    const count = await this.saturate(kind, TIMED_S);
    return (1e6 * ((await threadSeconds(this.client)) - before)) / count;
  }

  /** Keeps so many of a kind under way for a while; how many were answered. */
  private async saturate(kind: 'hits' | 'puts', seconds: number): Promise<number> {
    const { hits } = this.load;
    let sent = 0;
    let answered = 0;
    const endMs = performance.now() + 1_000 * seconds;
    while (performance.now() < endMs) {
      for (; sent - answered < IN_FLIGHT; sent += 1) {
        const onAnswer = () => {
          answered += 1;
        };
        if (kind === 'puts') this.put(onAnswer);
        else this.send(hits[sent % hits.length] as Buffer, this.hit(onAnswer));
      }
      this.flush();
      await this.pause();
    }
    await this.drain(() => answered === sent);
    return sent;
  }

  /** Offers lookups for a while, each at its moment; the misses are followed by puts. */
  async offer(perSecond: number, hitRatio: number): Promise<ClimbStep> {
    const { hits, misses } = this.load;
    const latenciesMs: number[] = [];
    let offered = 0;
    let answered = 0;
    const before = await threadSeconds(this.client);
    const startedMs = performance.now();
    await this.pace(perSecond, STEP_S, (dueMs) => {
      const at = this.random.below(hits.length);
      offered += 1;
      const done = (atMs: number) => {
        answered += 1;
        latenciesMs.push(atMs - dueMs);
      };
      if (this.random.uniform() < hitRatio) {
        this.send(hits[at] as Buffer, this.hit(done));
      } else {
        this.send(misses[at] as Buffer, (reply, atMs) => {
          this.expect(codeOf(reply) === MISS, 'a lookup that misses', reply);
          done(atMs);
          this.put();
        });
      }
      return offered - answered < BACKLOG_MAX;
    });
    const seconds = (performance.now() - startedMs) / 1_000;
    const backlog = offered - answered;
    const served = answered;
    const used = (await threadSeconds(this.client)) - before;
    const endedMs = performance.now();
    await this.drain(() => answered === offered && this.putsUnderWay === 0);
    latenciesMs.sort((a, b) => a - b);
    const quantile = (share: number) =>
      latenciesMs[Math.ceil(share * latenciesMs.length) - 1] ?? Number.NaN;
    return {
      offeredPerSecond: perSecond,
      servedPerSecond: served / seconds,
      backlog,
      msP50: quantile(0.5),
      msP99: quantile(0.99),
      utilisation: (1_000 * used) / (endedMs - startedMs),
    };
  }

  /**
   * Calls `ask` at the moments of a Poisson stream, those that are due at once in one go.
   * @param ask ends the stream by `false`
   */
  private async pace(
    perSecond: number,
    seconds: number,
    ask: (dueMs: number) => boolean,
  ): Promise<void> {
    const endMs = performance.now() + 1_000 * seconds;
    let dueMs = performance.now();
    for (;;) {
      const nowMs = performance.now();
      while (dueMs <= nowMs && dueMs < endMs) {
        if (!ask(dueMs)) return this.flush();
        dueMs += (-Math.log(this.random.uniform()) * 1_000) / perSecond;
      }
      this.flush();
      if (nowMs >= endMs) return;
      await this.pause();
    }
  }

  /** Waits until all is answered. @throws Error where that takes longer than any load here may */
  private async drain(isDone: () => boolean): Promise<void> {
    this.flush();
    for (const endMs = performance.now() + DRAIN_MS_MAX; !isDone(); await this.pause()) {
      if (performance.now() > endMs) throw new Error(`not all answered within ${DRAIN_MS_MAX} ms`);
      // A miss is followed by its put.
      this.flush();
    }
  }

  private flush(): void {
    for (const connection of this.connections) connection.flush();
  }

  private send(command: Buffer, onReply: (reply: unknown, atMs: number) => void): void {
    this.next = (this.next + 1) % CONNECTIONS;
    this.connections[this.next]?.ask(command, onReply);
  }

  private hit(onAnswer: (atMs: number) => void) {
    return (reply: unknown, atMs: number) => {
      this.expect(codeOf(reply) === HIT, 'a lookup that hits', reply);
      onAnswer(atMs);
    };
  }

  /** Stores a key that is not there. */
  private put(onAnswer: () => void = () => {}): void {
    const { puts } = this.load;
    const { command, counterAt } = puts[this.putCount % puts.length] as PutCommand;
    const counter = `${this.putCount % 10 ** COUNTER_DIGITS}`.padStart(COUNTER_DIGITS, '0');
    command.write(counter, counterAt, 'latin1');
    this.putCount += 1;
    this.putsUnderWay += 1;
    this.send(command, (reply) => {
      this.putsUnderWay -= 1;
      this.expect(isStored(reply), 'a put', reply);
      onAnswer();
    });
  }

  private expect(holds: boolean, what: string, reply: unknown): void {
    if (holds) return;
    const found = reply instanceof Error ? reply.message : 'another row';
    this.trouble ??= new Error(`${what} was answered with ${found}`);
  }

  private async pause(): Promise<void> {
    if (this.trouble !== undefined) throw this.trouble;
    await sleep(1);
  }
}

/** A row, or the usage alone. */
function isStored(reply: unknown): boolean {
  const code = codeOf(reply);
  return typeof reply === 'number' || code === STORED || code === STORED + NEAR_LIMIT;
}

function codeOf(reply: unknown): unknown {
  return Array.isArray(reply) ? (reply[0] as unknown) : undefined;
}
