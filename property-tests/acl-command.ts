import type { Command } from 'commander';
import type { AclFlags } from './acl/options.ts';

const EXAMPLES = `
Examples:
  $ partywall acl acme \\
      --password-hash "$(printf %s "$PASSWORD" | sha256sum | cut -d' ' -f1)"
  $ partywall acl acme --format users.acl >> users.acl
  $ partywall acl acme --namespace app --password-hash HASH \\
      --apply redis://127.0.0.1:6379

The user may run the core's scripts on the tenant's own keys and read shared
market data; every other key and command is refused by Redis. Give each tenant's
process its own user and connection, and the default user a password: a
connection may always go back to being the default user.`;

/** Adds `partywall acl`: a Redis user that can reach one tenant's keys only. */
export function addAclCommand(program: Command, exitWith: (code: number) => void): void {
  program
    .command('acl')
    .argument('<tenant>', 'the tenant, as the application spells it')
    .description('prints a Redis ACL user that reaches the keys of one tenant and no others')
    .option('--user <name>', 'name of the user (default: tenant:<tenant>)')
    .option('--password-hash <sha256>', 'SHA-256 of its password, 64 hexadecimal digits')
    .option('--nopass', 'any password will do: only where nobody else can connect')
    .option('--namespace <name>', 'namespace of the keys, as given to makeKeyspace')
    .option('--partitions <n>', 'partitions of a tenant that is split over shards')
    .option('--no-eval', 'may not load scripts itself; after a restart an administrator must')
    .option('--cluster', 'may ask for the map of slots, as Cluster clients do')
    .option('--format <name>', 'setuser (a command) or users.acl (a line of the file)')
    .option('--json <file>', 'write the user as JSON; - is standard output')
    .option('--apply <url>', 'make the user on this server, as the user in the URL')
    .option('--allow-remote <host>', 'host that --apply may name although it is not this machine')
    .addHelpText('after', EXAMPLES)
    .action(async (tenant: string, flags: AclFlags) => {
      // Loaded where needed: the other commands work also where the scripts were not built yet.
      const { runAcl } = await import('./acl/run-acl.ts');
      exitWith(await runAcl(tenant, flags));
    });
}
