import { describe, expect, it } from 'vitest';
import type { CheckFlags } from './check-flags.ts';
import { spellReplay } from './spell-replay.ts';

const AMOUNTS = { seed: 7, tries: 160, minutes: 0.5 };
const AMOUNTS_SPELT = '--seed 7 --tries 160 --minutes 0.5';

function spell(flags: CheckFlags, redisUrl?: string, file?: string): string {
  return spellReplay({ file, flags, amounts: AMOUNTS, redisUrl });
}

describe('the line that repeats a check', () => {
  it('holds everything that was asked for, quoted where a shell would take it apart', () => {
    expect(spell({ showValues: true }, undefined, "my cache's.ts")).toBe(
      `partywall check 'my cache'\\''s.ts' ${AMOUNTS_SPELT} --show-values`,
    );
    expect(spell({ allowRemote: 'a.example,b.example' }, 'redis://a.example:6390/5')).toBe(
      `partywall check ${AMOUNTS_SPELT} --redis redis://a.example:6390/5` +
        ' --allow-remote a.example,b.example',
    );
  });

  it.each([
    ['redis://app:p@ss:w@h:6379/5', 'redis://app:PASSWORD@h:6379/5'],
    ['rediss://:hunter2@h', 'rediss://:PASSWORD@h'],
    ['redis://hunter2@h', 'redis://PASSWORD@h'],
    ['unix://app:hunter2@/run/redis.sock', 'unix://app:PASSWORD@/run/redis.sock'],
  ])('leaves the password of %s out, and says so', (url, shown) => {
    expect(spell({}, url)).toBe(
      `partywall check ${AMOUNTS_SPELT} --redis ${shown} # put the password for PASSWORD`,
    );
  });

  it('takes no path of a socket for a password', () => {
    expect(spell({}, 'unix:///run/a@b/redis.sock')).toContain('--redis unix:///run/a@b/redis.sock');
  });

  it('says where it does not lead to the same ids', () => {
    expect(spell({ allowNonEmpty: true }, 'redis://127.0.0.1/5')).toBe(
      `partywall check ${AMOUNTS_SPELT} --redis redis://127.0.0.1/5 --allow-non-empty` +
        ' # beside keys of others, ids differ each time',
    );
  });
});
