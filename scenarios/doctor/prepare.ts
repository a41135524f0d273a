import { provisionK6 } from '../provision/k6.ts';
import type { OnProgress } from '../provision/on-progress.ts';
import { startRedis } from '../provision/redis.ts';

/**
 * Makes what the first run would make: k6 is built, Redis compiled where the system has none (a
 * server is started once and ended). Worth a step of its own in an image or a pipeline.
 * @throws MissingToolError where one of them can neither be found nor made.
 */
export async function prepare(env: NodeJS.ProcessEnv, onProgress: OnProgress): Promise<void> {
  await provisionK6({ env, onProgress });
  if (env['REDIS_URL']) return;
  const server = await startRedis({ name: 'embedded', env, onProgress });
  await server.stop();
}
