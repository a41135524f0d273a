import { Redis } from 'ioredis';
import { SCRIPTS } from '../../core/stores/lua/scripts.generated.ts';
import { BadInputError, MissingToolError } from '../../results/output/operating-errors.ts';
import { setUserWords } from './spell-user.ts';
import type { AclUser } from './tenant-user.ts';

const TIMEOUT_MS = 5_000;

export interface Applied {
  /** Whether a user of that name was there and is replaced. */
  readonly replaced: boolean;
  /** Whether whoever connects is somebody without a password: then no other user confines anybody. */
  readonly anonymousAllowed: boolean;
}

/**
 * Makes the user on a server, and loads the core's scripts where the user may not do so itself. The
 * server keeps neither beyond a restart unless it is told to (ACL SAVE; scripts never).
 *
 * @throws MissingToolError if the server cannot be reached; BadInputError if it refuses
 */
export async function applyUser(url: URL, user: AclUser, loadScripts: boolean): Promise<Applied> {
  const client = new Redis(url.href, {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect().catch((error: unknown) => {
      throw new MissingToolError({
        tool: 'redis',
        message: `no Redis answers at ${url.host}: ${describe(error)}`,
        remedies: ['start it, or name another in --apply'],
      });
    });
    return await make(client, url, user, loadScripts);
  } finally {
    client.disconnect();
  }
}

async function make(
  client: Redis,
  url: URL,
  user: AclUser,
  loadScripts: boolean,
): Promise<Applied> {
  try {
    const before = await client.call('ACL', 'GETUSER', user.name);
    await client.call(...(setUserWords(user) as [string, ...string[]]));
    if (loadScripts) {
      for (const { source } of Object.values(SCRIPTS)) await client.script('LOAD', source);
    }
    const anonymous = flagsOf(await client.call('ACL', 'GETUSER', 'default'));
    return {
      replaced: before !== null,
      anonymousAllowed: anonymous.includes('on') && anonymous.includes('nopass'),
    };
  } catch (error) {
    const expected = `a Redis 7 or later where you may change users (${describe(error)})`;
    throw new BadInputError([{ field: '--apply', value: url.host, expected }]);
  }
}

/** ACL GETUSER answers with names and values in turn; the flags come first. */
function flagsOf(reply: unknown): unknown[] {
  const flags: unknown = Array.isArray(reply) ? reply[1] : undefined;
  return Array.isArray(flags) ? flags : [];
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
