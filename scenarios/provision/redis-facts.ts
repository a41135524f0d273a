import { type Redis, ReplyError } from 'ioredis';

/** What a server says about itself, as far as a run depends on it. */
export interface RedisFacts {
  readonly version: string;
  /** Of this very process, whatever its addresses and databases; empty where it does not tell. */
  readonly runId: string;
  readonly pid: number;
  readonly role: string;
  readonly clusterEnabled: boolean;
  readonly evictionPolicy: string;
  /** Memory in use, of what it may use at most: 0 where there is no limit. */
  readonly usedBytes: number;
  readonly maxBytes: number;
  readonly appendOnly: boolean;
  /** When snapshots are taken, as in `CONFIG GET save`; null where the user may not ask. */
  readonly save: string | null;
  /** Keys of the selected database. */
  readonly keyCount: number;
}

/** The least Redis: lookups carry `#!lua flags=allow-oom`. */
export const REDIS_VERSION_LEAST = '7.0';

/** Reads what `INFO` says; rejects where the user of the connection may not ask. */
export async function readRedisFacts(client: Redis): Promise<RedisFacts> {
  const sections = ['server', 'memory', 'persistence', 'replication', 'cluster'];
  // One section a call: several in one call need the very version that is being found out.
  const info = parseInfo((await Promise.all(sections.map((one) => client.info(one)))).join('\n'));

  return {
    version: info.get('redis_version') ?? 'unknown',
    runId: info.get('run_id') ?? '',
    pid: Number(info.get('process_id') ?? 0),
    role: info.get('role') ?? 'unknown',
    clusterEnabled: info.get('cluster_enabled') === '1',
    evictionPolicy: info.get('maxmemory_policy') ?? 'unknown',
    usedBytes: Number(info.get('used_memory') ?? 0),
    maxBytes: Number(info.get('maxmemory') ?? 0),
    appendOnly: info.get('aof_enabled') === '1',
    save: await readSave(client),
    keyCount: await client.dbsize(),
  };
}

/** Hosted servers keep CONFIG to themselves. */
async function readSave(client: Redis): Promise<string | null> {
  try {
    const [, save] = (await client.config('GET', 'save')) as (string | undefined)[];
    return save ?? null;
  } catch (error) {
    if (error instanceof ReplyError) return null;
    throw error;
  }
}

/** Reads an answer of `INFO` into its fields. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** Whether a version as `INFO` spells it reaches {@link REDIS_VERSION_LEAST}. */
export function isNewEnough(version: string): boolean {
  const major = Number(version.split('.')[0]);
  return major >= Number(REDIS_VERSION_LEAST.split('.')[0]);
}
