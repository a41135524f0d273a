import { Redis } from 'ioredis';
import { BadInputError } from '../../results/output/operating-errors.ts';

/** One Redis key as it was found. */
export interface RedisEntry {
  /** The key, for people; bytes that are no text are escaped. */
  readonly name: string;
  readonly type: string;
  /** Milliseconds left to live; -1 for no end. */
  readonly ttlMs: number;
  /** Content by field of a hash; one nameless field for other types. Bytes as Latin-1. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What is on the server, by key; keys that were there before the check are left out. */
export type Snapshot = ReadonlyMap<string, RedisEntry>;

/** A place where a value lies: a Redis key and, in a hash, a field of it. */
export interface Place {
  readonly redisKey: string;
  readonly field: string;
}

export interface InspectorOptions {
  readonly url: string;
  /** Recognises what the check itself caused, in a key or its content; absent: everything is ours. */
  readonly mark?: string;
}

/** Beyond, looking at everything after each step would take too long. */
const KEYS_MAX = 10_000;
const MEMBERS_MAX = 1000;
const COMMAND_TIMEOUT_MS = 10_000;

/**
 * Looks at the real server beside the cache under test: reads only, and removes what the check
 * caused. Never sends a FLUSH, never touches a key that was there before.
 */
export class RedisInspector {
  private readonly client: Redis;
  private readonly mark: string | undefined;
  private readonly foreign = new Set<string>();

  private constructor(client: Redis, mark: string | undefined) {
    this.client = client;
    this.mark = mark;
  }

  /** @throws BadInputError where there is too much on the server to be looked at */
  static async connect({ url, mark }: InspectorOptions): Promise<RedisInspector> {
    const client = new Redis(url, { commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 2 });
    // Told by the command that fails.
    client.on('error', () => {});
    const inspector = new RedisInspector(client, mark);
    try {
      for (const { id } of await inspector.scan()) inspector.foreign.add(id);
    } catch (error) {
      client.disconnect();
      throw error;
    }
    return inspector;
  }

  /** Keys that were there before; they are nobody's business. */
  get foreignCount(): number {
    return this.foreign.size;
  }

  /** Everything that appeared since the check began, with its content. */
  async snapshot(): Promise<Snapshot> {
    const found = (await this.scan()).filter(({ id }) => !this.foreign.has(id));
    const kinds = this.client.pipeline();
    for (const { key } of found) kinds.type(key).pttl(key);
    const answers = found.length === 0 ? [] : await replies(kinds.exec());

    const contents = this.client.pipeline();
    found.forEach(({ key }, index) => {
      askContent(contents, key, String(answers[2 * index]));
    });
    const bodies = found.length === 0 ? [] : await replies(contents.exec());
    return new Map(
      found.map(({ id, key }, index) => {
        const type = String(answers[2 * index]);
        const ttlMs = Number(answers[2 * index + 1]);
        return [
          id,
          { name: displayBytes(key), type, ttlMs, fields: fieldsOf(type, bodies[index]) },
        ];
      }),
    );
  }

  /** Removes what the check caused and nothing else; says how many keys it could not tell. */
  async removeOwn(): Promise<number> {
    const { mark } = this;
    const appeared = (await this.scan()).filter(({ id }) => !this.foreign.has(id));
    if (appeared.length === 0) return 0;
    const own = mark === undefined ? appeared : await this.marked(mark);
    if (own.length > 0) await this.client.unlink(...own.map(({ key }) => key));
    return appeared.length - own.length;
  }

  /** Names of keys that were there before and are not any more. */
  async missingForeign(): Promise<string[]> {
    const present = new Set((await this.scan()).map(({ id }) => id));
    const missing = [...this.foreign].filter((id) => !present.has(id));
    return missing.map((id) => displayBytes(Buffer.from(id, 'latin1')));
  }

  close(): void {
    this.client.disconnect();
  }

  /** On a server of others, ours is what carries the mark in its key or its content. */
  private async marked(mark: string): Promise<{ readonly key: Buffer }[]> {
    const found = [...(await this.snapshot())].filter(
      ([id, { fields }]) =>
        id.includes(mark) ||
        [...fields].some(([field, content]) => field.includes(mark) || content.includes(mark)),
    );
    return found.map(([id]) => ({ key: Buffer.from(id, 'latin1') }));
  }

  private async scan(): Promise<{ readonly id: string; readonly key: Buffer }[]> {
    const found = new Map<string, Buffer>();
    let cursor = '0';
    do {
      const [next, keys] = await this.client.scanBuffer(cursor, 'COUNT', 1000);
      for (const key of keys) found.set(key.toString('latin1'), key);
      if (found.size > KEYS_MAX) throw tooManyKeys();
      cursor = next.toString();
    } while (cursor !== '0');
    return [...found].map(([id, key]) => ({ id, key }));
  }
}

/** Where on the server the token lies. */
export function placesOf(snapshot: Snapshot, token: string): Place[] {
  return [...snapshot].flatMap(([redisKey, { fields }]) =>
    [...fields]
      .filter(([, content]) => content.includes(token))
      .map(([field]) => ({ redisKey, field })),
  );
}

function tooManyKeys(): BadInputError {
  const expected = `at most ${KEYS_MAX} keys; use a database of its own, or leave --redis out`;
  return new BadInputError([{ field: '--redis', value: 'more keys', expected }]);
}

type Pipeline = ReturnType<Redis['pipeline']>;

function askContent(pipeline: Pipeline, key: Buffer, type: string): void {
  switch (type) {
    case 'string':
      pipeline.getBuffer(key);
      return;
    case 'hash':
      pipeline.hgetallBuffer(key);
      return;
    case 'list':
      pipeline.lrangeBuffer(key, 0, MEMBERS_MAX);
      return;
    case 'set':
      pipeline.smembersBuffer(key);
      return;
    case 'zset':
      pipeline.zrangeBuffer(key, 0, MEMBERS_MAX);
      return;
    default:
      // A stream or a module's type: its existence and type are looked at, not its content.
      pipeline.exists(key);
  }
}

function fieldsOf(type: string, body: unknown): ReadonlyMap<string, string> {
  if (type === 'hash' && body !== null && typeof body === 'object') {
    const pairs = Object.entries(body as Record<string, Buffer>);
    return new Map(pairs.map(([field, content]) => [field, content.toString('latin1')]));
  }
  const parts: unknown[] = Array.isArray(body) ? body : [body];
  const text = parts.map((part) => (Buffer.isBuffer(part) ? part.toString('latin1') : ''));
  return new Map([['', text.sort().join('\n')]]);
}

async function replies(
  executed: Promise<[error: Error | null, result: unknown][] | null>,
): Promise<unknown[]> {
  // A key that expired or changed its type in between answers with an error: nothing is there.
  return ((await executed) ?? []).map(([error, result]) => (error ? null : result));
}

const NAME_LENGTH_MAX = 100;

/** Bytes as text where they are text, escaped otherwise; long ones are cut. */
export function displayBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const shown = Buffer.from(text).equals(bytes) ? text : bytes.toString('latin1');
  return displayName(shown);
}

/** A name as people can read it: marks that do not print are escaped, long ones are cut. */
export function displayName(name: string): string {
  const cut =
    name.length > NAME_LENGTH_MAX
      ? `${name.slice(0, NAME_LENGTH_MAX)}... (${name.length} characters)`
      : name;
  return cut
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffd]/gu, (mark) => JSON.stringify(mark).slice(1, -1))
    .replace(
      /[\u007f-\u009f\u200b-\u200f\ufffd]/g,
      (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
