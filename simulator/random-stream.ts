/**
 * One independent stream of random numbers: sfc32 (Chris Doty-Humphrey, PractRand), 32-bit integer
 * operations only, so that it draws the same on every engine. Its state is four numbers, which a
 * checkpoint keeps. Written out here because a call into a generic generator costs as much as the
 * rest of a draw.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  /** @param stream tells the streams of one seed apart */
  constructor(seed: number, stream: number) {
    this.a = mix(seed >>> 0);
    this.b = mix((Math.floor(seed / 0x100000000) ^ 0x9e3779b9) >>> 0);
    this.c = mix((stream + 0x85ebca6b) >>> 0);
    this.counter = 1;
    for (let round = 0; round < 16; round += 1) this.nextUint32();
  }

  /** Uniform over 0 .. 2^32 - 1. */
  nextUint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in the open interval (0, 1): neither its logarithm nor that of 1 - u is infinite. */
  uniform(): number {
    return (this.nextUint32() + 0.5) * 2.3283064365386963e-10;
  }

  /** A whole number in 0 .. count - 1, for counts up to 2^32. */
  below(count: number): number {
    return Math.floor(this.nextUint32() * 2.3283064365386963e-10 * count);
  }
}

/** The finalizer of MurmurHash3: every bit of the input reaches every bit of the output. */
function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}

/** A hash of two whole numbers, for properties that a key has without anybody storing them. */
export function hashPair(left: number, right: number): number {
  return mix(Math.imul(left, 0x9e3779b1) ^ mix(right + 0x7f4a7c15)) >>> 0;
}
