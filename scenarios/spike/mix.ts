/**
 * Mixes a seed and a counter into 32 well-spread bits (the finaliser of MurmurHash3, Appleby).
 * Integer arithmetic only: Node and k6's engine agree to the last bit.
 */
export function mix(seed: number, counter: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(counter + 0x7f4a7c15, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
