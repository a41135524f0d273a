import { describe, expect, it } from 'vitest';
import { MemorySpace } from '../stores/memory-space.ts';
import { beginLife, FENCE_LIFE_MS, FENCED_KEY, FENCES_MAX, fenceOne, isOutdated } from './fence.ts';

const NOW = 1_764_000_000_000;

function newborn(): MemorySpace {
  const space = new MemorySpace(0);
  beginLife(space, NOW * 1000);
  return space;
}

describe('fences', () => {
  it("refuse fills of all keys once a key's own fence was forgotten for want of room", () => {
    const space = newborn();
    const before = space.generation;
    fenceOne(space, `${FENCED_KEY}first`, NOW);
    const after = space.generation;
    for (let at = 0; at < FENCES_MAX; at += 1) fenceOne(space, `${FENCED_KEY}${at}`, NOW);

    expect(isOutdated(space, 'first', before, NOW)).toBe(true);
    expect(isOutdated(space, 'other', before, NOW)).toBe(true);
    expect(isOutdated(space, 'other', after, NOW)).toBe(true);
    expect(isOutdated(space, 'other', space.generation - 1, NOW)).toBe(false);
    expect(isOutdated(space, `${FENCES_MAX - 1}`, space.generation - 1, NOW)).toBe(true);
  });

  it('refuse fills that took longer than fences are remembered', () => {
    const space = newborn();
    const before = space.generation;
    fenceOne(space, `${FENCED_KEY}a`, NOW);

    expect(isOutdated(space, 'b', before, NOW + FENCE_LIFE_MS - 1)).toBe(false);
    expect(isOutdated(space, 'b', before, NOW + FENCE_LIFE_MS)).toBe(true);
    expect(isOutdated(space, 'b', space.generation, NOW + FENCE_LIFE_MS)).toBe(false);
  });

  it('refuse what a life of the tenant saw that is over', () => {
    const space = newborn();
    expect(isOutdated(space, 'a', space.generation + 1, NOW)).toBe(true);
    const reborn = new MemorySpace(space.generation + 500);
    beginLife(reborn, NOW * 1000);
    expect(reborn.generation).toBe(space.generation + 501);
    expect(isOutdated(reborn, 'a', space.generation, NOW)).toBe(true);
    const begunInThisLife = reborn.generation;

    fenceOne(reborn, `${FENCED_KEY}other`, NOW);

    expect(isOutdated(reborn, 'a', space.generation, NOW)).toBe(true);
    expect(isOutdated(reborn, 'a', begunInThisLife, NOW)).toBe(false);
  });
});
