import { BadInputError } from '../../results/output/operating-errors.ts';

export type UnsuitableRedis =
  | 'bad-url'
  | 'remote'
  | 'password'
  | 'forbidden'
  | 'replica'
  | 'evicting'
  | 'full'
  | 'not-empty'
  | 'in-use'
  | 'left-over'
  | 'cluster';

/** The server that the user named cannot be used as it is (exit 64). */
export class UnsuitableRedisError extends BadInputError {
  readonly reason: UnsuitableRedis;

  constructor(reason: UnsuitableRedis, field: string, url: string, expected: string) {
    super([{ field, value: hidePassword(url), expected }]);
    this.reason = reason;
  }
}

/** The URL with its password replaced, fit for messages. */
export function hidePassword(url: string): string {
  return url
    .replace(/^([a-z+]+:\/\/[^:/@]*):.*@/i, '$1:***@')
    .replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, '$1***');
}

/** The URL without user, password and settings: a record is shown around. */
export function withoutSecrets(url: string): string {
  return url.replace(/^([a-z+]+:\/\/).*@/i, '$1').replace(/\?.*$/s, '');
}
