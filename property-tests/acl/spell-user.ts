import type { AclUser } from './tenant-user.ts';

/** The words of the command that makes the user exactly as described, whatever it was before. */
export function setUserWords({ name, rules }: AclUser): string[] {
  return ['ACL', 'SETUSER', name, 'reset', ...rules];
}

/** The command as typed into redis-cli. */
export function spellSetUser(user: AclUser): string {
  return setUserWords(user).join(' ');
}

/** The user's line in the file that `aclfile` of redis.conf names. */
export function spellAclFileLine({ name, rules }: AclUser): string {
  return ['user', name, ...rules].join(' ');
}
