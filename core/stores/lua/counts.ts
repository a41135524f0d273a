import { redis } from './redis-globals.ts';

/** Adds what an operation counted to a total in the tenant's state; most count nothing. */
export function addCounts(state: string, field: string, count: number): void {
  if (count > 0) redis.call('HINCRBY', state, field, count);
}
