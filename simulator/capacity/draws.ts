import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { hashKey } from './curve/hash-key.ts';
import { normalQuantile } from './normal.ts';

/** A standard normal figure for a name: the same name gives the same figure in the same world. */
export type Draw = (name: string) => number;

/** The world in which every quantity has its middle value. */
export const MIDDLE: Draw = () => 0;

/**
 * The draws of one world. Each name has its own stream, so that a tenant or a quantity more changes
 * none of the other draws: what is added can only add.
 */
export function drawsOf(seed: number, world: number): Draw {
  const root = hashKey(hashKey(seed) ^ world);
  return (name) => {
    const generator = xoroshiro128plus(hashText(name, root));
    return normalQuantile(Math.max(1e-12, uniformFloat64(generator)));
  };
}

function hashText(text: string, root: number): number {
  let hash = root;
  for (let at = 0; at < text.length; at += 1) hash = hashKey(hash ^ text.charCodeAt(at));
  return hash;
}
