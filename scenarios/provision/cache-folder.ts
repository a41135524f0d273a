import envPaths from 'env-paths';

/**
 * Where tools that were built or downloaded are kept, per user and outside every checkout:
 * `$PARTYWALL_CACHE`, else what the platform says (`~/.cache/partywall` on Linux).
 */
export function findCacheFolder(env: NodeJS.ProcessEnv): string {
  return env['PARTYWALL_CACHE'] || envPaths('partywall', { suffix: '' }).cache;
}
