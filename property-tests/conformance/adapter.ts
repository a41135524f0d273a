/**
 * One shared deployment of a cache, as one process sees it. A throw from `tenant` refuses the id;
 * a throw from any method of a handle refuses the input, provided that it leaves no trace.
 */
export interface CacheUnderTest {
  /** What the tenant of this id is given to work with. */
  tenant(id: string): Promise<TenantHandle>;
  /** Ends connections and timers; nothing is called afterwards. */
  close(): Promise<void>;
}

/** The cache in one tenant's hands. What a cache does not offer is left out, and is skipped. */
export interface TenantHandle {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, options?: { ttlMs?: number }): Promise<void>;
  delete?(key: string): Promise<void>;
  /** Removes everything of this tenant, and nothing else. */
  clear?(): Promise<void>;
  /** This tenant's keys, in any order and spelling that contains the key. */
  keys?(): Promise<string[]>;
  /** Removes this tenant's entries whose keys begin so. */
  invalidatePrefix?(prefix: string): Promise<void>;
  /** The entry's value; where there is none, what `load` gives, which is then kept. */
  getOrLoad?(key: string, load: () => Promise<string>): Promise<string>;
}

/** What a cache promises less than everybody would expect. */
export interface AdapterTraits {
  /** Another process may go on serving what it holds locally after a change. */
  readonly localTier?: boolean;
  /** A value that was set may be gone at once: absence is no evidence. */
  readonly lossy?: boolean;
  /** Whether two calls of `open` see the same entries; found out unless given. */
  readonly sharedAcrossOpens?: boolean;
  /** Expiry may come late by this much, in milliseconds; given, expiry is offered. */
  readonly ttlGranularityMs?: number;
}

/** How the verifier reaches a cache: the default export of an adapter module. */
export interface Adapter {
  readonly name: string;
  /** Called several times, as several processes would; the server starts out empty. */
  open(env: { redisUrl: string }): Promise<CacheUnderTest>;
  readonly traits?: AdapterTraits;
}

/** The methods of a handle that a cache may leave out. */
export const OPTIONAL_METHODS = [
  'delete',
  'clear',
  'keys',
  'invalidatePrefix',
  'getOrLoad',
] as const;

export type OptionalMethod = (typeof OPTIONAL_METHODS)[number];
