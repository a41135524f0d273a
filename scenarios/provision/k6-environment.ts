/** By these a k6 that fetches its extension finds, pays for and keeps it (k6 1.8.1, k6provider 0.5). */
const PROVISIONING = new Set([
  'K6_BUILD_SERVICE_URL',
  'K6_BUILD_SERVICE_AUTH',
  'K6_CLOUD_TOKEN',
  'K6_ENABLE_COMMUNITY_EXTENSIONS',
  'K6_DEPENDENCIES_MANIFEST',
  'K6_BINARY_CACHE',
  'K6_BINARY_CACHE_SIZE',
  'K6_DOWNLOAD_PROXY',
  'K6_DOWNLOAD_AUTH',
]);

/**
 * An environment in which a k6 of ours does what it is told and nothing else: the user's own settings
 * of k6 would take its samples away (`K6_LOG_OUTPUT`), replace its scenarios (`K6_DURATION`), or
 * send its metrics elsewhere (`K6_OUT`). Pure.
 */
export function withoutK6Settings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('K6_') || PROVISIONING.has(name)),
  );
}
