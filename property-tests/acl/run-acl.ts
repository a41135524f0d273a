import { writeJson, writeToStdout } from '../../results/output/write-json.ts';
import { applyUser } from './apply-user.ts';
import { type AclFlags, type AclOptions, parseAclOptions } from './options.ts';
import { spellAclFileLine, spellSetUser } from './spell-user.ts';
import { type AclUser, makeTenantUser } from './tenant-user.ts';

const NO_PASSWORD =
  'no password yet: nobody can log in as this user; --password-hash takes its SHA-256\n';
const ANONYMOUS_ALLOWED =
  'warning: the default user needs no password, so whoever connects may do everything;\n' +
  '  give it one, or switch it off once an administrator has a user: ACL SETUSER default off\n';

/** Generates the user, makes it on a server where asked to, and prints it; the exit code. */
export async function runAcl(tenant: string, flags: AclFlags): Promise<number> {
  const options = parseAclOptions(tenant, flags);
  const user = makeTenantUser(options.user);
  if (options.applyTo !== undefined) await apply(options.applyTo, user, options);
  if (options.json !== undefined) {
    const { tenant: name, namespace } = options.user;
    await writeJson(options.json, { tenant: name, namespace, ...user });
  }
  if (options.json !== '-' && options.applyTo === undefined) {
    const spell = options.format === 'setuser' ? spellSetUser : spellAclFileLine;
    await writeToStdout(`${spell(user)}\n`);
  }
  if (options.user.credential.kind === 'none') process.stderr.write(NO_PASSWORD);
  return 0;
}

async function apply(url: URL, user: AclUser, options: AclOptions): Promise<void> {
  const loadScripts = !options.user.mayLoadScripts;
  const { replaced, anonymousAllowed } = await applyUser(url, user, loadScripts);
  const done = replaced ? 'replaced' : 'made';
  process.stderr.write(`${done} user ${user.name} at ${url.host}; ACL SAVE keeps it\n`);
  if (anonymousAllowed) process.stderr.write(ANONYMOUS_ALLOWED);
}
