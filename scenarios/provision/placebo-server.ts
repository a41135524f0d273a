import type { RedisFacts } from './redis-facts.ts';
import type { RedisServer } from './redis-server.ts';
import { UnsuitableRedisError } from './unsuitable-redis-error.ts';

/**
 * Makes sure that the placebo's server is not the shared one by another name or database: what the
 * spike does there would be felt by the neighbours too, and its harm would pass for the generator's.
 * @param field as errors name the placebo's server
 * @returns what is configured differently, a phrase each; empty for a server of the same configuration
 * @throws UnsuitableRedisError where both are one
 */
export function checkPlacebo(placebo: RedisServer, shared: RedisServer, field: string): string[] {
  const { runId } = placebo.facts;
  if (runId !== '' && runId === shared.facts.runId) {
    const expected = `a server of its own; it is the shared one (run_id ${runId})`;
    throw new UnsuitableRedisError('shared', field, placebo.url, expected);
  }
  const theirs = settingsOf(shared.facts);
  return Object.entries(settingsOf(placebo.facts)).flatMap(([name, own]) => {
    const other = theirs[name] ?? null;
    return own === null || other === null || own === other
      ? []
      : [`${name} ${own} against ${other}`];
  });
}

/** Null where the server keeps one to itself. */
function settingsOf(facts: RedisFacts): Record<string, string | null> {
  const { version, maxBytes, appendOnly, save } = facts;
  return {
    version,
    maxmemory: maxBytes === 0 ? 'none' : `${maxBytes} bytes`,
    appendonly: appendOnly ? 'yes' : 'no',
    save: save === null ? null : `"${save}"`,
  };
}
