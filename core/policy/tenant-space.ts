/**
 * All that the policy sees of one tenant while it decides one operation: a small synchronous port.
 * Whoever provides it (a script inside Redis, a map in memory, a simulator) loads the numbers
 * before, lets the policy read and change them, and keeps them after; the policy never sees another
 * tenant, so nothing it does can touch one.
 *
 * The files of this folder that a script uses are compiled to Lua: see `core/stores/lua/subset.ts`
 * for what they may contain. A policy function's first parameter is named `space`.
 *
 * Times are whole milliseconds, `...Us` whole microseconds; sizes are whole bytes. 0 stands for
 * "never" or "none" in times and generations.
 */
export interface TenantSpace {
  /** Admission: how full the bucket was (millionths of a token), and when. */
  levelMicrotokens: number;
  leveledAtUs: number;

  /** Counts the tenant's invalidations, from a start that no earlier life of the tenant reached. */
  generation: number;
  /** Fills that began before this generation are refused, whatever their key. */
  fenceFloor: number;
  /** Until then the fences of single keys and tags are remembered. */
  fencedUntilMs: number;

  usageBytes: number;
  entryCount: number;
  /** No entry expires before; 0 when there is none. */
  earliestExpiryMs: number;

  /** Totals; a space may start them at 0 and keep what was added. */
  hitCount: number;
  missCount: number;
  rejectedCount: number;
  wouldRejectCount: number;
  storedCount: number;
  refusedCount: number;
  evictedCount: number;
  expiredCount: number;
  invalidatedCount: number;
  entryLimitCount: number;

  /** Grows with every entry stored or removed. */
  changeCount: number;

  /** The entry read last: its recorded use, end of life, charge, and where its indexes hold it. */
  stampMs: number;
  expiresAtMs: number;
  chargeBytes: number;
  descriptor: string;
  /** What was stored for the entry read last by `readEntry`; handed on, never looked into. */
  body: unknown;

  /** Reads header and body of an entry; false if there is none. Expired ones are found too. */
  readEntry(key: string): boolean;
  /** Reads the header alone. */
  readHeader(key: string): boolean;
  /** Records a use of the entry read last. */
  touch(key: string, nowMs: number): void;
  /** Records a use of a key that is going to be written; true if the key has no entry yet. */
  claim(key: string, nowMs: number): boolean;
  /**
   * Records when the claimed key's new entry expires. True if an entry with this key and this charge
   * was recorded already: then `descriptor` and `chargeBytes` are its. A space that does not know
   * without looking answers false.
   */
  schedule(key: string, expiresAtMs: number, chargeBytes: number): boolean;
  /**
   * Stores what the operation brought with it under a key that was claimed and scheduled, in place
   * of the entry that `replaced` describes ('' for none). True if the expiry index held yet another
   * entry of this key, which had vanished (Redis's own expiry): its charge, equal to this one's, is
   * then still part of the usage.
   */
  writeEntry(
    key: string,
    nowMs: number,
    expiresAtMs: number,
    chargeBytes: number,
    replaced: string,
  ): boolean;
  /** Marks an entry for removal from the data and all indexes. */
  removeEntry(key: string, descriptor: string): void;
  /** Marks a key for removal from the recency index: its data vanished. */
  removeVanished(key: string): void;
  /** Carries out the removals marked. */
  commitRemovals(): void;

  /** At most `countMax` keys, least recently used first. */
  oldestKeys(countMax: number): string[];
  /** At most `countMax` members of the expiry index due at `nowMs`, earliest first. */
  dueMembers(nowMs: number, countMax: number): string[];
  /** Marks what a member of the expiry index stands for for removal; its charge. */
  removeDue(member: string, nowMs: number): number;
  /** When the first entry left expires; 0 when there is none. */
  firstExpiryMs(): number;
  /** Members of the expiry index from a place on; places shift when entries come or go. */
  indexMembers(from: number, countMax: number): string[];
  /** The charge of the entry that a member stands for; -1, and marked for removal, if none does. */
  recount(member: string): number;
  /** The next keys of a walk over all entries, and in `walkCursor` where to go on ('0': done). */
  walkKeys(cursor: string, prefix: string, countMax: number): string[];
  walkCursor: string;
  /** Takes at most `countMax` keys out of a tag's set; the entries still carry the tag. */
  takeTagged(tag: string, countMax: number): string[];
  /** Whether the entry read last by `readHeader` carries the tag. */
  hasTag(key: string, tag: string): boolean;

  /** The generation that an earlier life of the tenant ended with; 0 if nothing is known of one. */
  earlierGeneration(): number;
  /** Remembers that a key or tag was invalidated at a generation; how many are remembered. */
  fence(member: string, generation: number): number;
  /** The newest generation at which the key or a tag being written was invalidated; -1 if forgotten. */
  newestFence(key: string): number;
  /** Forgets the oldest fences down to `countMax`; the newest generation among those forgotten. */
  trimFences(countMax: number): number;
}
