/** What `partywall lint` finds; the name is what a suppression names. */
export const RULES = {
  'tenant-key':
    'a Redis key is built from a tenant by hand: two tenants may share a key; use the keyspace',
  'raw-client': 'a command goes to Redis around the tenant cache',
  flush: 'removes the entries of every tenant; invalidate one tenant through the cache',
  keys: 'walks the keys of every tenant and blocks the server meanwhile; list through the cache',
  'scan-pattern': 'a pattern holds text as it came: a * or [ in it matches keys of others',
  'eval-keys': 'a script builds a key from ARGV: no ACL, slot or reader sees whose it is',
  'bad-suppression': 'a suppression names a rule that there is, and a reason behind a colon',
  unreadable: 'the file cannot be parsed, so nothing in it was checked',
} as const;

export type RuleName = keyof typeof RULES;

export interface Finding {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly rule: RuleName;
  readonly message: string;
}
