/** Fields of an entry in `entries`, side by side: a request touches one cache line of it. */
export const ENTRY_FIELDS = 4;
/** Last recorded use in virtual milliseconds; 0 while the recency index does not hold the key. */
export const STAMP = 0;
export const EXPIRES = 1;
/** 0 while there is no entry. */
export const CHARGE = 2;
/** Head of the list of loads under way for the key; the simulation's own. */
export const FLIGHT = 3;

/** Keys of one tenant; with times below 2^31 ms a place in an index is one exact number. */
export const TENANT_KEYS_MAX = 2 ** 22;
export const VIRTUAL_MS_MAX = 2 ** 31 - 1;

/** Virtual time of the start: entries of a warm cache were written before it. */
export const EPOCH_MS = 100_000_000;

/** A time and a key in one number that sorts by time, then by key. */
export function packed(timeMs: number, key: number): number {
  return timeMs * TENANT_KEYS_MAX + key;
}

/** The time of such a number; the key is what is left of it. */
export function timeOf(place: number): number {
  return Math.floor(place / TENANT_KEYS_MAX);
}
