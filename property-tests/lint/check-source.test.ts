// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources to be checked.
import { describe, expect, it } from 'vitest';
import { checkSource } from './check-source.ts';
import { makeTenantTest } from './key-parts.ts';

const IMPORT = "import Redis from 'ioredis';\nconst client = new Redis();\n";

/** Rules found in a source behind an import of ioredis and a client, as `rule@line`. */
function find(text: string, more: { words?: string[]; rawClient?: boolean } = {}): string[] {
  const { words = [], rawClient = false } = more;
  const options = { isTenant: makeTenantTest(words), rawClient };
  const findings = checkSource('a.ts', IMPORT + text, options);
  return findings.map(({ rule, line }) => `${rule}@${line - 2}`);
}

describe('partywall lint finds', () => {
  it.each<[string, string]>([
    ['client.get(`t:${tenantId}:k`);', 'tenant-key@1'],
    ["client.get('t:' + req.tenant.id + ':k');", 'tenant-key@1'],
    ["client.set(['t', orgId, 'k'].join(':'), 'v');", 'tenant-key@1'],
    ["client.get('t:'.concat(workspace.slug));", 'tenant-key@1'],
    ['const key = `t:${tenantId}`;\nawait client.del(key);', 'tenant-key@2'],
    ['const keyOf = (id: string) => `t:${tenantId}`;\nclient.get(keyOf(x));', 'tenant-key@2'],
    ["client.del('a', `b:${orgId}`, `c:${orgId}`);", 'tenant-key@1'],
    ['client.mget([`a:${organizationId}`]);', 'tenant-key@1'],
    ['client.pipeline().get("a").set(`t:${tenantId}`, v).exec();', 'tenant-key@1'],
    ['client.call("GET", `t:${tenantId}`);', 'tenant-key@1'],
    [
      'class A { constructor(private r: Redis) {} f() { this.r.get(`t:${tenantId}`); } }',
      'tenant-key@1',
    ],
    ['import { redis } from "./redis";\nredis.hGetAll(`t:${String(tenantId)}`);', 'tenant-key@2'],
    ['(await getRedisClient()).get(`t:${tenantId}`);', 'tenant-key@1'],
    ['client.flushall();', 'flush@1'],
    ["client.sendCommand(['FLUSHDB']);", 'flush@1'],
    ['client.duplicate().flushDb();', 'flush@1'],
    ["client.keys('a:*');", 'keys@1'],
    ["client.scan('0', 'MATCH', `t:${id}:*`);", 'scan-pattern@1'],
    ['client.scanStream({ match: `t:${user.id}:*`, count: 10 });', 'scan-pattern@1'],
    ['for await (const k of client.scanIterator({ MATCH: id + "*" })) use(k);', 'scan-pattern@1'],
    ["client.eval(\"return redis.call('GET', ARGV[1])\", 0, 'k');", 'eval-keys@1'],
    [
      "const lua = `local k = 'a:' .. ARGV[1]\nreturn redis.call('get', k)`;\nclient.eval(lua, 0);",
      'eval-keys@3',
    ],
    ["client.defineCommand('x', { lua: `redis.call('DEL', 'p' .. ARGV[2])` });", 'eval-keys@1'],
    ['client.get(a); // partywall-ignore keys', 'bad-suppression@1'],
    ['// partywall-ignore everything: because\nclient.get(a);', 'bad-suppression@1'],
    ['const = 5', 'unreadable@1'],
  ])('%s', (text, found) => {
    expect(find(text)).toEqual([found]);
  });

  it('every command on a client, where a tenant cache is in use', () => {
    expect(
      find("client.get('a');\nclient.on('error', f);\nclient.quit();", { rawClient: true }),
    ).toEqual(['raw-client@1']);
  });

  it('words that the user calls a tenant', () => {
    expect(find('client.get(`p:${projectId}`);', { words: ['project'] })).toEqual(['tenant-key@1']);
  });

  it('clients of node-redis, however they are imported', () => {
    const options = { isTenant: makeTenantTest([]), rawClient: false };
    const text = "const { createClient: make } = require('redis');\nlet c = make();\nc.flushAll();";
    expect(checkSource('a.js', text, options)).toMatchObject([
      { rule: 'flush', line: 3, column: 1 },
    ]);
  });
});

describe('partywall lint says nothing of', () => {
  it.each([
    'client.get(`user:${userId}`);',
    "client.get('t:' + encodeURIComponent(tenantId));",
    'client.get(`t:${hash(tenantId)}`);',
    'client.get(keyspace.entryKey(tenantId));',
    'client.set("k", `value of ${tenantId}`);',
    'client.hset("tenants", tenantId, "v");',
    'logger.info(`t:${tenantId}`);',
    'cache.get(`t:${tenantId}`);',
    'const map = new Map(); map.keys(); Object.keys(client);',
    'client.scan("0", "MATCH", "a:*");',
    'client.scan("0", "MATCH", `${PREFIX}:*`);',
    'client.scan("0", "MATCH", `t:${escapeGlob(id)}:*`);',
    'client.hkeys("h");',
    "client.eval(\"return redis.call('SET', KEYS[1], ARGV[1])\", 1, 'k', 'v');",
    "client.eval(\"local k = redis.call('GET', KEYS[1])\\nreturn redis.call('DEL', KEYS[2])\", 2, a, b);",
    '// partywall-ignore flush: a maintenance script\nclient.flushall();',
    'client.flushall(); // partywall-ignore flush: a maintenance script',
    'const { tenantId: a } = x; const b = () => b(); client.get(b());',
  ])('%s', (text) => {
    expect(find(text)).toEqual([]);
  });

  it('a suppression of another rule, or two lines above', () => {
    const found = find(
      '// partywall-ignore keys: not this\nclient.flushall();\nclient.flushall();',
    );
    expect(found).toEqual(['flush@2', 'flush@3']);
  });
});
