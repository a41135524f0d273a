import { type Draws, makeDraws } from './normal-draws.ts';

/**
 * Seeded draws that are sound from the first one on, and independent from seed to seed. The
 * generator is linear: the first numbers of small seeds are alike (over seeds 0 to 299 the first
 * twelve normal draws have a standard deviation of 1.7), so the seed is mixed and they are thrown
 * away.
 */
export function makeWarmDraws(seed: number): Draws {
  const draws = makeDraws(mix(seed));
  for (let thrown = 0; thrown < warmUpDraws; thrown++) draws.uniform();
  return draws;
}

const warmUpDraws = 64;

/** The finaliser of MurmurHash3: each bit of the seed reaches each bit of the result. */
function mix(seed: number): number {
  let bits = (seed + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
