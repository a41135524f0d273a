import { quoteForShell } from '../../results/quote-for-shell.ts';
import type { CheckAmounts, CheckFlags } from './check-flags.ts';

/** What a check was asked for, its seed drawn and its server found. */
export interface CheckRequest {
  readonly file: string | undefined;
  readonly flags: CheckFlags;
  readonly amounts: CheckAmounts;
  /** Of the server that was named, by an option or the environment. */
  readonly redisUrl: string | undefined;
}

/**
 * The command line that checks the same again; behind a `#`, what it cannot hold. A record is shown
 * around: passwords are left out.
 */
export function spellReplay({ file, flags, amounts, redisUrl }: CheckRequest): string {
  const url = redisUrl === undefined ? undefined : withoutPassword(redisUrl);
  const words = [
    'partywall check',
    ...(file === undefined ? [] : [quoteForShell(file)]),
    `--seed ${amounts.seed} --tries ${amounts.tries} --minutes ${amounts.minutes}`,
    ...(url === undefined ? [] : [`--redis ${quoteForShell(url)}`]),
    ...(flags.allowRemote === undefined
      ? []
      : [`--allow-remote ${quoteForShell(flags.allowRemote)}`]),
    ...(flags.allowNonEmpty ? ['--allow-non-empty'] : []),
    ...(flags.showValues ? ['--show-values'] : []),
  ];
  const missing = [
    ...(url === redisUrl ? [] : [`put the password for ${PASSWORD}`]),
    ...(drawsIds({ flags, redisUrl }) ? ['beside keys of others, ids differ each time'] : []),
  ];
  return [...words, ...(missing.length === 0 ? [] : [`# ${missing.join('; ')}`])].join(' ');
}

/**
 * Whether ids are drawn anew each time. Left-overs of a check with the same seed must not be taken
 * for entries of this one; on a server that was empty there are none, and the seed decides all.
 */
export function drawsIds({ flags, redisUrl }: Pick<CheckRequest, 'flags' | 'redisUrl'>): boolean {
  return redisUrl !== undefined && flags.allowNonEmpty === true;
}

const PASSWORD = 'PASSWORD';

/**
 * Hides all before the host but the user's name, as a password may hold any character. The path of
 * a socket begins at once, and may hold an `@`.
 */
function withoutPassword(url: string): string {
  return url.replace(
    /^([a-z+]+:\/\/)(?!\/)([^:/@]*:)?.*@/is,
    (_, scheme, user = '') => `${scheme}${user}${PASSWORD}@`,
  );
}
