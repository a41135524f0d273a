/**
 * Logarithm, exponential and power out of additions, multiplications and divisions, which IEEE 754
 * fixes to the last bit. The language leaves the last bits of `Math.log`, `Math.exp` and `Math.pow`
 * to the engine, and a run must come out the same on all of them. Within a few units of the last
 * place of the true value.
 */

const view = new DataView(new ArrayBuffer(8));
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Coefficients of artanh: quotients, which the compiler would compute anew at each call. */
const C3 = 1 / 3;
const C5 = 1 / 5;
const C7 = 1 / 7;
const C9 = 1 / 9;
const C11 = 1 / 11;
const C13 = 1 / 13;
const C15 = 1 / 15;
const C17 = 1 / 17;
const C19 = 1 / 19;
const C21 = 1 / 21;

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
  let sum = C21 * square + C19;
  sum = sum * square + C17;
  sum = sum * square + C15;
  sum = sum * square + C13;
  sum = sum * square + C11;
  sum = sum * square + C9;
  sum = sum * square + C7;
  sum = sum * square + C5;
  sum = sum * square + C3;
  sum = sum * square + 1;
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
