import { describe, expect, it } from 'vitest';
import { hidePassword, hidePasswords, withoutSecrets } from './unsuitable-redis-error.ts';

describe('what is shown of a URL', () => {
  it.each([
    ['redis://user:hush@host:6379/0', 'redis://user:***@host:6379/0'],
    ['redis://:hush@host', 'redis://***@host'],
    ['redis://hush@host', 'redis://***@host'],
    ['REDISS://user:hu@sh:@host', 'REDISS://user:***@host'],
    ['redis://user:hu/sh?@host', 'redis://user:***@host'],
    ['unix://user:hush@/run/redis.sock', 'unix://user:***@/run/redis.sock'],
    ['sentinel://user:hush@a:1,b:2/main', 'sentinel://user:***@a:1,b:2/main'],
    ['redis://host:6379/0?password=hush&db=1', 'redis://host:6379/0?password=***&db=1'],
    ['redis://host?auth=hush', 'redis://host?auth=***'],
    // Mistyped, and secret all the same.
    ['hush@host:6379', '***@host:6379'],
    ['user:hush@host:6379', 'user:***@host:6379'],
    ['redis:user:hush@host', 'redis:***@host'],
    ['redis:/user:hush@host', 'redis:***@host'],
    ['"redis://user:hush@host"', '"redis://user:***@host"'],
    ['  redis://:hush@host', '  redis://***@host'],
    ['redis://:hush', 'redis://:***'],
    ['host:6379,password=hush,ssl=true', 'host:6379,password=***,ssl=true'],
  ])('%s: no password', (url, shown) => {
    expect(hidePassword(url)).toBe(shown);
    expect(withoutSecrets(url)).not.toMatch(/hu.?sh@|hush@/);
  });

  it.each([
    'redis://host:6379/0',
    'rediss://[::1]:6379',
    'unix:///run/redis.sock?db=1',
    'sentinel://a:26379,b:26379/main',
    'localhost:6379',
  ])('%s: all of it, where there is no password', (url) => {
    expect(hidePassword(url)).toBe(url);
  });

  it.each(["hu'sh", 'hu"sh', 'hu[sh', 'hu sh', 'a://hush', 'hush@', "' hush"])(
    'within a message nor where the password is %j',
    (password) => {
      const said = `unknown option '--rediss=redis://u:${password}@host:1/0' at redis://b:2, no more`;

      expect(hidePasswords(said)).toBe(
        `unknown option '--rediss=redis://u:***@host:1/0' at redis://b:2, no more`,
      );
    },
  );

  it('within a message leaves its other words alone', () => {
    const said = `unknown option '--rediss=redis://:hush@host' at redis://u:hush@b:1, expected redis://[user:password@]host`;

    expect(hidePasswords(said)).toBe(
      `unknown option '--rediss=redis://***@host' at redis://u:***@b:1, expected redis://[user:password@]host`,
    );
  });
});
