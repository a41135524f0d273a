import { createRequire } from 'node:module';
import { BadInputError, MissingToolError } from '../../results/output/operating-errors.ts';
import { findOnPath } from '../provision/find-on-path.ts';
import { startRedis } from '../provision/redis.ts';
import { findSystemRedis, readBinaryVersion } from '../provision/redis-embed.ts';
import { hidePassword } from '../provision/unsuitable-redis-error.ts';
import type { Finding } from './finding.ts';

/** Looks at the server REDIS_URL names, else for what an embedded one would be started from. */
export async function examineRedis(env: NodeJS.ProcessEnv): Promise<Finding> {
  const url = env['REDIS_URL'];
  if (url) return examineNamed(url);

  if (!isMemoryServerInstalled()) {
    return missing(
      'REDISMS_DISABLE_POSTINSTALL=1 npm install redis-memory-server, or name a server in REDIS_URL',
    );
  }
  const path = await findSystemRedis(env);
  if (path !== undefined) {
    const version = await readBinaryVersion(path, env);
    const detail = `embedded, from ${path}`;
    return { name: 'redis', state: 'ready', detail, ...(version ? { version } : {}) };
  }
  if (findOnPath('make', env) !== undefined && findOnPath('cc', env) !== undefined) {
    const detail = 'the first run compiles one; or install redis-server 7 or later';
    return { name: 'redis', state: 'first-use', detail };
  }
  return missing('install redis-server 7 or later (or make and cc), or set REDIS_URL');
}

async function examineNamed(url: string): Promise<Finding> {
  try {
    const { version } = await startRedis({ name: 'shared', url, urlField: 'REDIS_URL' });
    return { name: 'redis', state: 'ready', version, detail: `${hidePassword(url)} (REDIS_URL)` };
  } catch (error) {
    if (error instanceof BadInputError || error instanceof MissingToolError) {
      return missing(error.message);
    }
    throw error;
  }
}

function isMemoryServerInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('redis-memory-server');
    return true;
  } catch {
    return false;
  }
}

function missing(detail: string): Finding {
  return { name: 'redis', state: 'missing', detail };
}
