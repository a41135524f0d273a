import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { type AclFlags, parseAclOptions } from './options.ts';

const HASH = '0f'.repeat(32);

function problemsOf(tenant: string, flags: AclFlags): string[] {
  try {
    parseAclOptions(tenant, flags);
    return [];
  } catch (error) {
    if (error instanceof BadInputError) return error.problems.map(({ field }) => field);
    throw error;
  }
}

describe('the options of partywall acl', () => {
  it('make a user without a credential, printed as a command, by default', () => {
    expect(parseAclOptions('acme', {})).toEqual({
      user: {
        tenant: 'acme',
        namespace: '',
        partitionCount: 0,
        credential: { kind: 'none' },
        mayLoadScripts: true,
        cluster: false,
      },
      format: 'setuser',
      json: undefined,
      applyTo: undefined,
    });
  });

  it('name every problem at once', () => {
    expect(
      problemsOf('', {
        namespace: 'a:b',
        passwordHash: 'secret',
        nopass: true,
        partitions: '0',
        user: 'default',
        format: 'yaml',
        apply: 'http://x',
      }),
    ).toEqual([
      'TENANT',
      '--namespace',
      '--nopass',
      '--password-hash',
      '--partitions',
      '--user',
      '--format',
      '--apply',
    ]);
  });

  it.each([
    [{ user: 'two words' }, '--user'],
    [{ user: 'quo"ted' }, '--user'],
    [{ partitions: '1001' }, '--partitions'],
    [{ partitions: '1.5' }, '--partitions'],
    [{ passwordHash: HASH.toUpperCase() }, '--password-hash'],
    [{ apply: 'redis://10.0.0.1:6379', passwordHash: HASH }, '--apply'],
    [{ apply: 'redis://127.0.0.1.evil.example', passwordHash: HASH }, '--apply'],
    [{ apply: 'redis://127.0.0.1:6379' }, '--apply'],
  ])('refuse %j', (flags, field) => {
    expect(problemsOf('acme', flags)).toEqual([field]);
  });

  it.each([
    [{ apply: 'redis://127.0.0.1:6379', passwordHash: HASH }],
    [{ apply: 'redis://[::1]:6379', nopass: true }],
    [{ apply: 'rediss://cache.example', allowRemote: 'cache.example', passwordHash: HASH }],
  ])('accept %j', (flags) => {
    expect(problemsOf('acme', flags)).toEqual([]);
  });

  it('never repeat what may be a password', () => {
    expect(() => parseAclOptions('acme', { passwordHash: 'hunter2' })).toThrow(/7 characters/);
    expect(() => parseAclOptions('acme', { passwordHash: 'hunter2' })).not.toThrow(/hunter2/);
    const apply = 'redis://root:hunter2@10.0.0.1:6379';
    expect(() => parseAclOptions('acme', { apply })).not.toThrow(/hunter2/);
  });
});
