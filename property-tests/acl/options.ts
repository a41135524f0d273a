import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../core/tenancy/tenant-id.ts';
import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';
import type { Credential, TenantUserOptions } from './tenant-user.ts';

/** What `partywall acl` was given, as commander hands it over. */
export interface AclFlags {
  readonly namespace?: string;
  readonly partitions?: string;
  readonly user?: string;
  readonly passwordHash?: string;
  readonly nopass?: boolean;
  readonly eval?: boolean;
  readonly cluster?: boolean;
  readonly format?: string;
  readonly json?: string;
  readonly apply?: string;
  readonly allowRemote?: string;
}

export type AclFormat = 'setuser' | 'users.acl';

export interface AclOptions {
  readonly user: TenantUserOptions;
  readonly format: AclFormat;
  readonly json: string | undefined;
  readonly applyTo: URL | undefined;
}

/** More patterns than this in one user slow every command of the tenant down. */
const PARTITIONS_MAX = 1000;

/** @throws BadInputError with every problem at once */
export function parseAclOptions(tenantText: string, flags: AclFlags): AclOptions {
  const problems: InputProblem[] = [];
  const tenant = attempt(problems, 'TENANT', tenantText, () => parseTenantId(tenantText));
  const namespace = flags.namespace ?? '';
  attempt(problems, '--namespace', namespace, () => makeKeyspace(namespace));
  const credential = parseCredential(flags, problems);
  const partitionCount = parsePartitions(flags.partitions, problems);
  checkUserName(flags.user, problems);
  const format = parseFormat(flags.format, problems);
  const applyTo = parseTarget(flags, credential, problems);
  if (problems.length > 0) throw new BadInputError(problems);
  return {
    user: {
      tenant: tenant as TenantId,
      namespace,
      partitionCount,
      ...(flags.user === undefined ? {} : { name: flags.user }),
      credential,
      mayLoadScripts: flags.eval ?? true,
      cluster: flags.cluster ?? false,
    },
    format,
    json: flags.json,
    applyTo,
  };
}

/** Runs a check of the core's and words its refusal as a problem of the command line. */
function attempt<T>(
  problems: InputProblem[],
  field: string,
  value: string,
  check: () => T,
): T | undefined {
  try {
    return check();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push({ field, value, expected: message.replace(/^.*?, expected /s, '') });
    return undefined;
  }
}

function parseCredential(flags: AclFlags, problems: InputProblem[]): Credential {
  const { passwordHash, nopass } = flags;
  if (passwordHash === undefined) return { kind: nopass === true ? 'nopass' : 'none' };
  if (nopass === true) {
    problems.push({
      field: '--nopass',
      value: 'given',
      expected: 'either --nopass or --password-hash',
    });
  }
  if (!/^[0-9a-f]{64}$/.test(passwordHash)) {
    // What was given instead may be the password itself, and is not repeated.
    problems.push({
      field: '--password-hash',
      value: `${passwordHash.length} characters`,
      expected: '64 digits 0-9 a-f: printf %s "$PASSWORD" | sha256sum',
    });
  }
  return { kind: 'hash', sha256: passwordHash };
}

function parsePartitions(text: string | undefined, problems: InputProblem[]): number {
  if (text === undefined) return 0;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= PARTITIONS_MAX) return count;
  const expected = `a whole number 1..${PARTITIONS_MAX}`;
  problems.push({ field: '--partitions', value: text, expected });
  return 0;
}

function checkUserName(name: string | undefined, problems: InputProblem[]): void {
  if (name === undefined) return;
  // The default user is who everybody is before AUTH: confining it would lock the owner out.
  if (/^[!-~]{1,128}$/.test(name) && !/["'\\]/.test(name) && name !== 'default') return;
  problems.push({
    field: '--user',
    value: name,
    expected: '1 to 128 visible ASCII characters but quotes and backslash, and not default',
  });
}

function parseFormat(format: string | undefined, problems: InputProblem[]): AclFormat {
  if (format === undefined || format === 'setuser') return 'setuser';
  if (format === 'users.acl') return format;
  problems.push({ field: '--format', value: format, expected: 'setuser or users.acl' });
  return 'setuser';
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function parseTarget(
  { apply, allowRemote }: AclFlags,
  credential: Credential,
  problems: InputProblem[],
): URL | undefined {
  if (apply === undefined) return undefined;
  const url = URL.canParse(apply) ? new URL(apply) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    problems.push({
      field: '--apply',
      value: 'not a Redis URL',
      expected: 'redis://[user:password@]host:port',
    });
    return undefined;
  }
  if (!LOOPBACK.test(url.hostname) && url.hostname !== allowRemote) {
    const expected = `a server on this machine, or --allow-remote ${url.hostname}`;
    problems.push({ field: '--apply', value: url.host, expected });
  }
  if (credential.kind === 'none') {
    problems.push({
      field: '--apply',
      value: url.host,
      expected: '--password-hash (or --nopass) beside it: without, nobody could log in',
    });
  }
  return url;
}
