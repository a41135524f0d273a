import type { TenantSpace } from './tenant-space.ts';

/** Fences remembered by key or tag; beyond, the oldest half becomes a fence for all keys. */
export const FENCES_MAX = 2048;

/** How long they are remembered: a fill that takes longer than this is refused. */
export const FENCE_LIFE_MS = 600_000;

/** How a key and a tag are written among the fences, so that they cannot be confused. */
export const FENCED_KEY = 'k';
export const FENCED_TAG = 't';

/**
 * Whether a fill whose lookup saw the generation `fence` would bring back what was invalidated
 * since. Nothing is consulted while nothing was invalidated in between.
 */
export function isOutdated(space: TenantSpace, key: string, fence: number, nowMs: number): boolean {
  if (fence === space.generation) return false;
  // Above the present generation: an earlier life of the tenant.
  if (fence > space.generation || fence < space.fenceFloor) return true;
  if (nowMs >= space.fencedUntilMs) return true;
  const newest = space.newestFence(key);
  return newest < 0 || newest > fence;
}

/** Refuses fills of one key or tag that began before this moment. */
export function fenceOne(space: TenantSpace, member: string, nowMs: number): void {
  // The first fence of a life: up to here the generation alone refused fills of an earlier one.
  if (space.fencedUntilMs === 0) space.fenceFloor = space.generation;
  space.generation += 1;
  space.fencedUntilMs = nowMs + FENCE_LIFE_MS;
  if (space.fence(member, space.generation) > FENCES_MAX) {
    const forgotten = space.trimFences(FENCES_MAX / 2);
    if (forgotten > space.fenceFloor) space.fenceFloor = forgotten;
  }
}

/** Refuses all fills that began before this moment. */
export function fenceAll(space: TenantSpace, nowMs: number): void {
  space.generation += 1;
  space.fenceFloor = space.generation;
  space.fencedUntilMs = nowMs + FENCE_LIFE_MS;
}

/** Gives a tenant that is new, or new again, a generation above all those its name ever had. */
export function beginLife(space: TenantSpace, nowUs: number): void {
  const earlier = space.earlierGeneration();
  space.generation = Math.max(earlier, nowUs) + 1;
}
