import { createHash } from 'node:crypto';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import { RawConnection } from '../faults/raw-connection.ts';
import { setUserWords } from './spell-user.ts';
import { type AclUser, makeTenantUser, type TenantUserOptions } from './tenant-user.ts';

const PASSWORD = 'only for this test';

/** A server of the test's own on which nobody may do anything without a password. */
export interface LockedServer {
  readonly server: TestServer;
  readonly admin: RawConnection;
  readonly login: (user: string) => Promise<RawConnection>;
  readonly make: (user: AclUser) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startLockedServer(): Promise<LockedServer> {
  const server = await startTestServer();
  const login = async (user: string) => {
    const connection = await RawConnection.open(server.port);
    await demand(connection, ['AUTH', user, PASSWORD]);
    return connection;
  };
  const first = await RawConnection.open(server.port);
  await demand(first, ['ACL', 'SETUSER', 'admin', 'on', `>${PASSWORD}`, 'allkeys', '&*', '+@all']);
  await demand(first, ['ACL', 'SETUSER', 'default', 'off']);
  first.close();
  const admin = await login('admin');
  return {
    server,
    admin,
    login,
    make: async (user) => demand(admin, setUserWords(user)),
    stop: async () => {
      admin.close();
      await server.stop();
    },
  };
}

/** A user of the tenant with the test's password; each option set in a test matters. */
export function userOf(tenant: string, more: Partial<TenantUserOptions> = {}): AclUser {
  return makeTenantUser({
    tenant: parseTenantId(tenant),
    namespace: '',
    partitionCount: 0,
    credential: { kind: 'hash', sha256: createHash('sha256').update(PASSWORD).digest('hex') },
    mayLoadScripts: true,
    cluster: false,
    ...more,
  });
}

/** The connection options of a client that logs in as the user. */
export function loginOf({ port }: TestServer, username: string) {
  return { port, username, password: PASSWORD, enableReadyCheck: false } as const;
}

async function demand(connection: RawConnection, words: readonly string[]): Promise<void> {
  const reply = await connection.call(words);
  if (reply !== 'OK') throw new Error(`${words.slice(0, 2).join(' ')}: ${JSON.stringify(reply)}`);
}
