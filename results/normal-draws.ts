import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded draws for simulated rounds: the same seed gives the same numbers everywhere. */
export interface Draws {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal, by Box and Muller. */
  normal(): number;
}

/**
 * The generator is linear, and the first numbers of small seeds are alike: over seeds 0 to 299 the
 * first twelve normal draws would have a standard deviation of 1.7. So the seed is mixed, and they are
 * thrown away: draws are sound from the first one on, and independent from seed to seed.
 */
export function makeDraws(seed: number): Draws {
  const generator = xoroshiro128plus(mix(seed));
  for (let thrown = 0; thrown < warmUpDraws; thrown++) uniformFloat64(generator);
  const uniform = () => uniformFloat64(generator);
  let spare: number | undefined;
  const normal = () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal };
}

const warmUpDraws = 64;

/** The finaliser of MurmurHash3: each bit of the seed reaches each bit of the result. */
function mix(seed: number): number {
  let bits = (seed + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
