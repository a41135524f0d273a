import { BadInputError } from '../../results/output/operating-errors.ts';

export type UnsuitableRedis =
  | 'bad-url'
  | 'remote'
  | 'password'
  | 'no-database'
  | 'shared'
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

/**
 * The URL with its password replaced, fit for messages. Text that is no URL is somebody's mistake,
 * and may hold a password all the same: what stands before an `@`, behind a colon that is followed by
 * no port, or behind the name of a secret, is left out.
 */
export function hidePassword(text: string): string {
  return text
    .replace(CREDENTIALS, (_, scheme = '', user) => `${scheme}${user ?? ''}***@`)
    .replace(PASSWORD_WITHOUT_HOST, '$1***')
    .replace(NAMED_SECRET, '$1***');
}

/** Text with the passwords of all URLs in it replaced. */
export function hidePasswords(text: string): string {
  return text.replace(CREDENTIALS_WITHIN, hidePassword);
}

/** The URL without user, password and settings: a record is shown around. */
export function withoutSecrets(url: string): string {
  return url.replace(CREDENTIALS, '$1').replace(/\?.*$/s, '');
}

/** Up to the last `@`: a scheme, a user that ends in a colon, and what is to be hidden. */
const CREDENTIALS = /^(\W*[a-z+]+:\/\/)?([^:/@]+:)?.*@/is;
/**
 * A URL up to the last `@` before the next URL or line, and its host: whatever stands before an `@` may
 * be a password, blanks and quotes in it as well. Our own `redis://[user:password@]host` is none.
 */
const CREDENTIALS_WITHIN =
  /(?<![\w+])[a-z+]+:\/\/(?!\[user)(?:(?!(?<=[\s'"=(,])[a-z+]+:\/\/).)*@[^\s'"]*/gi;
const PASSWORD_WITHOUT_HOST = /^(\W*[a-z+]+:\/\/[^/:@[]*:)(?!\d{1,5}(?:[/?#,]|$))[^@]*$/i;
const NAMED_SECRET = /([?&,;\s][^=&,;]*(?:pass|pwd|auth|secret|token|key)[^=&,;]*=)[^&,;]*/gi;
