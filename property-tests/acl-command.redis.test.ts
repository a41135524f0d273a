import { createHash } from 'node:crypto';
import { Command } from 'commander';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SCRIPTS } from '../core/stores/lua/scripts.generated.ts';
import { startTestServer, type TestServer } from '../core/stores/redis-server.fixture.ts';
import { addAclCommand } from './acl-command.ts';

const PASSWORD = 'correct horse';
const HASH = createHash('sha256').update(PASSWORD).digest('hex');

async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text, ...more) => {
      written[name] += text;
      for (const callback of more) if (typeof callback === 'function') callback();
      return true;
    });
  }
  const exitCodes: number[] = [];
  const program = new Command().exitOverride();
  addAclCommand(program, (code) => exitCodes.push(code));
  try {
    await program.parseAsync(['acl', ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return { ...written, exitCodes };
}

describe('partywall acl', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('prints one line that Redis takes as it is, and says that a password is missing', async () => {
    const { stdout, stderr, exitCodes } = await run('acme');

    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const words = stdout.trimEnd().split(' ') as [string, ...string[]];
    expect(await server.client().call(...words)).toBe('OK');
    expect(stderr).toContain('no password yet');
    expect(exitCodes).toEqual([0]);
  });

  it('prints a line of users.acl, or JSON and nothing else', async () => {
    const line = await run('acme', '--format', 'users.acl', '--password-hash', HASH);
    const json = await run('acme', '--json', '-', '--nopass', '--user', 'someone');

    expect(line.stdout).toMatch(/^user tenant:acme on resetpass #[0-9a-f]{64} /);
    expect(JSON.parse(json.stdout)).toMatchObject({ tenant: 'acme', name: 'someone' });
    expect(line.stderr + json.stderr).toBe('');
  });

  it('makes the user on a server, with its scripts where it may not load them', async () => {
    const admin = server.client();
    await admin.script('FLUSH');
    const url = `redis://127.0.0.1:${server.port}`;
    const args = ['globex', '--no-eval', '--password-hash', HASH, '--apply', url];

    const first = await run(...args);
    const again = await run(...args);

    expect(first.stderr).toContain('made user tenant:globex at 127.0.0.1');
    expect(first.stderr).toContain('the default user needs no password');
    expect(again.stderr).toContain('replaced user tenant:globex');
    expect(first.stdout).toBe('');
    expect(await admin.info('memory')).toContain(
      `number_of_cached_scripts:${Object.keys(SCRIPTS).length}\r`,
    );
    const login = { username: 'tenant:globex', password: PASSWORD, enableReadyCheck: false };
    const tenant = new Redis({ port: server.port, ...login });
    await expect(tenant.get('cache:{globex}:k')).resolves.toBeNull();
    await expect(tenant.get('cache:{acme}:k')).rejects.toThrow(/NOPERM/);
    tenant.disconnect();
  });

  it('names a server that is not there, or that refuses', async () => {
    const gone = ['acme', '--nopass', '--apply', 'redis://127.0.0.1:1'];
    await expect(run(...gone)).rejects.toThrow('no Redis answers at 127.0.0.1:1');
    const wrong = `redis://nobody:wrong@127.0.0.1:${server.port}`;
    await expect(run('acme', '--nopass', '--apply', wrong)).rejects.toThrow(/127\.0\.0\.1/);
  });
});
