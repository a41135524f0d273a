import { encodeTenant, makeKeyspace } from '../../core/tenancy/keyspace.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import { findScriptCommands } from './core-commands.ts';

/** How a tenant's user proves who it is; `none`: nobody can log in until a password is added. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'hash'; readonly sha256: string }
  | { readonly kind: 'nopass' };

export interface TenantUserOptions {
  readonly tenant: TenantId;
  /** As given to `makeKeyspace`; '' for none. */
  readonly namespace: string;
  /** Partitions `{tenant#0}` to `{tenant#n-1}` of a tenant larger than a shard; 0 for none. */
  readonly partitionCount: number;
  /** Left out: `tenant:<tenant>`, with the namespace before it. */
  readonly name?: string;
  readonly credential: Credential;
  /**
   * Whether the user may hand its scripts to a server that lost them (EVAL). Without it somebody
   * else must load them after every restart and failover.
   */
  readonly mayLoadScripts: boolean;
  /** Whether the client is a Redis Cluster client, which asks for the map of slots. */
  readonly cluster: boolean;
}

/** A Redis ACL user: its name, and its rules in the order in which they are to be applied. */
export interface AclUser {
  readonly name: string;
  readonly rules: readonly string[];
}

/**
 * The user under which a process of one tenant works: what the core needs, on the tenant's own
 * keys, and reading of what all tenants share. Everything else is refused by Redis itself, whatever
 * the process asks for: the second wall behind the keyspace.
 *
 * Not confined by it: time. A tenant that may run EVAL may run a long script.
 */
export function makeTenantUser(options: TenantUserOptions): AclUser {
  return {
    name: options.name ?? defaultUserName(options.namespace, options.tenant),
    rules: [
      'on',
      ...credentialRules(options.credential),
      'resetkeys',
      ...keyPatterns(options).map((pattern) => `~${pattern}`),
      `%R~${makeKeyspace(options.namespace).sharedMarketPattern}`,
      'resetchannels',
      '-@all',
      ...commandsOf(options).map((command) => `+${command}`),
    ],
  };
}

/** No two of (namespace, tenant) share a name: neither part can contain the colon. */
export function defaultUserName(namespace: string, tenant: TenantId): string {
  const name = `tenant:${encodeTenant(tenant)}`;
  return namespace === '' ? name : `${namespace}:${name}`;
}

function credentialRules(credential: Credential): string[] {
  if (credential.kind === 'none') return ['resetpass'];
  return credential.kind === 'nopass' ? ['nopass'] : ['resetpass', `#${credential.sha256}`];
}

function keyPatterns({ tenant, namespace, partitionCount }: TenantUserOptions): string[] {
  const keyspace = makeKeyspace(namespace);
  const patterns = [...keyspace.ofTenant(tenant).patterns];
  for (let partition = 0; partition < partitionCount; partition += 1) {
    patterns.push(...keyspace.ofTenant(tenant, partition).patterns);
  }
  return patterns;
}

/**
 * Commands that name no key and are granted: they read or change the user's own connection, the
 * time, or (in a cluster) where slots are.
 */
const CONNECTION_COMMANDS = ['ping', 'client|setname'];
const CLUSTER_COMMANDS = ['cluster|slots', 'readonly'];

function commandsOf({ mayLoadScripts, cluster }: TenantUserOptions): string[] {
  return [
    'evalsha',
    ...(mayLoadScripts ? ['eval'] : []),
    ...findScriptCommands(),
    ...CONNECTION_COMMANDS,
    ...(cluster ? CLUSTER_COMMANDS : []),
  ];
}
