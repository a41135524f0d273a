import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyKey, confusablePair } from '../../core/tenancy/confusable-tenants.fixture.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../core/tenancy/tenant-id.ts';
import { findScriptCommands } from './core-commands.ts';
import { spellAclFileLine, spellSetUser } from './spell-user.ts';
import { defaultUserName, makeTenantUser, type TenantUserOptions } from './tenant-user.ts';

const HASH = 'a'.repeat(64);

function userOf(tenant: string, more: Partial<TenantUserOptions> = {}) {
  return makeTenantUser({
    tenant: parseTenantId(tenant),
    namespace: '',
    partitionCount: 0,
    credential: { kind: 'hash', sha256: HASH },
    mayLoadScripts: true,
    cluster: false,
    ...more,
  });
}

function accept(id: string): TenantId | undefined {
  try {
    return parseTenantId(id);
  } catch {
    return undefined;
  }
}

function patternsOf(rules: readonly string[]): string[] {
  return rules.filter((rule) => rule.startsWith('~')).map((rule) => rule.slice(1));
}

describe('the commands of the core', () => {
  it('are those that its scripts call', () => {
    const commands = findScriptCommands();

    expect(commands).toEqual(expect.arrayContaining(['get', 'hmget', 'zmscore', 'zscan', 'set']));
    expect(commands).not.toContain('keys');
    expect(commands).not.toContain('scan');
    expect(commands).toEqual([...new Set(commands)].sort());
  });

  it('are found however a call is broken over lines, and refused where they are not spelt out', () => {
    expect(findScriptCommands(['call(\n  "ZSCAN", k)', 'redis.pcall("GET", k)'])).toEqual([
      'get',
      'zscan',
    ]);
    expect(() => findScriptCommands(['call(name, k)'])).toThrow(/does not name/);
  });
});

describe('the rules of a tenant’s user', () => {
  it('are spelt as a command and as a line of the file', () => {
    const user = userOf('acme');

    expect(spellSetUser(user)).toMatch(
      /^ACL SETUSER tenant:acme reset on resetpass #a{64} resetkeys ~cache:\{acme\}:\* ~lru:\{acme\} ~meta:tenant:\{acme\}:\* %R~shared:market:\* resetchannels -@all \+evalsha \+eval \+get /,
    );
    expect(spellAclFileLine(user)).toMatch(
      /^user tenant:acme on resetpass #a{64} resetkeys ~cache/,
    );
  });

  it('keep the namespace, and add partitions and Cluster only where asked for', () => {
    const user = userOf('a:b', { namespace: 'app', partitionCount: 2, cluster: true });

    expect(user.name).toBe('app:tenant:a%3Ab');
    expect(patternsOf(user.rules)).toHaveLength(9);
    expect(user.rules).toContain('~app:cache:{a%3Ab#1}:*');
    expect(user.rules).toContain('%R~app:shared:market:*');
    expect(user.rules).toContain('+cluster|slots');
    expect(userOf('a').rules.join(' ')).not.toMatch(/cluster|#\d/);
  });

  it('let nobody in without a credential, and grant EVAL only where asked for', () => {
    expect(userOf('a', { credential: { kind: 'none' } }).rules.slice(0, 2)).toEqual([
      'on',
      'resetpass',
    ]);
    expect(userOf('a', { credential: { kind: 'nopass' } }).rules).toContain('nopass');
    expect(userOf('a', { mayLoadScripts: false }).rules).not.toContain('+eval');
  });

  it('are one word each, with no glob but a final star, and match no key of another tenant', () => {
    let pairCount = 0;
    fc.assert(
      fc.property(confusablePair, anyKey, fc.constantFrom('', 'app'), ({ ids }, key, namespace) => {
        const [t, u] = ids.map(accept);
        if (t === undefined || u === undefined || t === u) return;
        pairCount += 1;
        const { name, rules } = userOf(t, { namespace, partitionCount: 2 });
        expect([name, ...rules].filter((word) => !/^[!-~]+$/.test(word))).toEqual([]);
        const keyspace = makeKeyspace(namespace);
        for (const pattern of patternsOf(rules)) {
          const fixed = pattern.replace(/\*$/, '');
          // Without a glob in it, a pattern matches what equals it, or begins with it.
          expect(fixed).not.toMatch(/[*?[\]\\^]/);
          const matches = (other: string) =>
            fixed === pattern ? other === fixed : other.startsWith(fixed);
          for (const theirs of [keyspace.ofTenant(u), keyspace.ofTenant(u, 1)]) {
            const keys = [theirs.entryPrefix, theirs.entryPrefix + key, theirs.state, theirs.lru];
            expect(keys.filter(matches)).toEqual([]);
          }
        }
      }),
      { numRuns: 2000 },
    );
    expect(pairCount).toBeGreaterThan(1000);
  });

  it('give no two tenants or namespaces users of one name', () => {
    fc.assert(
      fc.property(
        confusablePair,
        fc.constantFrom('', 'app', 'tenant'),
        fc.constantFrom('', 'app', 'tenant'),
        ({ ids }, one, other) => {
          const [t, u] = ids.map(accept);
          if (t === undefined || u === undefined || (t === u && one === other)) return;
          expect(defaultUserName(one, t)).not.toBe(defaultUserName(other, u));
        },
      ),
    );
  });
});
