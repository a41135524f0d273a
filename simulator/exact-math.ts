/**
 * Logarithm, exponential and power out of additions, multiplications and divisions, which IEEE 754
 * fixes to the last bit. The language leaves the last bits of `Math.log`, `Math.exp` and `Math.pow`
 * to the engine, and a run must come out the same on all of them. Within a few units of the last
 * place of the true value.
 */

const view = new DataView(new ArrayBuffer(8));
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** The natural logarithm of a normal positive number. */
export function exactLog(x: number): number {
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  view.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let fraction = view.getFloat64(0);
  if (fraction > Math.SQRT2) {
    fraction *= 0.5;
    exponent += 1;
  }
  // ln f = 2 artanh s; |s| < .1716, so the first term left out is below 2^-57.
  const s = (fraction - 1) / (fraction + 1);
  const square = s * s;
  let sum = 1 / 21;
  for (let odd = 19; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

/** e to the power x; 0 below -700, and x up to 700. */
export function exactExp(x: number): number {
  if (x < -700) return 0;
  const exponent = Math.floor(x * Math.LOG2E + 0.5);
  const rest = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  let sum = 1;
  for (let term = 14; term >= 1; term -= 1) sum = 1 + (sum * rest) / term;
  view.setUint32(0, (exponent + 1023) << 20);
  view.setUint32(4, 0);
  return sum * view.getFloat64(0);
}

/** x to the power y, for a normal positive x. */
export function exactPow(x: number, y: number): number {
  if (y === 0) return 1;
  if (y === 1) return x;
  return exactExp(y * exactLog(x));
}
