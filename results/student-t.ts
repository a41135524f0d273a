/**
 * Student's t distribution for whole degrees of freedom, which is all that rounds give.
 * The cumulative probability is the finite series of Abramowitz and Stegun, Handbook of
 * Mathematical Functions, 26.7.3 and 26.7.4: exact, so no library of special functions is needed.
 */

/** P(X > t) for `degrees` >= 1 degrees of freedom: the one-sided p-value of a t statistic. */
export function upperTailOfT(t: number, degrees: number): number {
  if (Number.isNaN(t) || !Number.isInteger(degrees) || degrees < 1) return Number.NaN;
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const central = probabilityWithin(Math.abs(t), degrees);
  return t >= 0 ? (1 - central) / 2 : (1 + central) / 2;
}

/** The t with P(X > t) = `tail`; `tail` in (0, 1). To full double precision. */
export function criticalT(tail: number, degrees: number): number {
  if (!(tail > 0 && tail < 1) || !Number.isInteger(degrees) || degrees < 1) return Number.NaN;
  if (tail > 0.5) return -criticalT(1 - tail, degrees);
  const key = `${tail} ${degrees}`;
  const known = knownValues.get(key);
  if (known !== undefined) return known;
  const value = bisectCriticalT(tail, degrees);
  if (knownValues.size < knownValuesMax) knownValues.set(key, value);
  return value;
}

/** A run asks for the same few values in every cell. */
const knownValues = new Map<string, number>();
const knownValuesMax = 1_000;

function bisectCriticalT(tail: number, degrees: number): number {
  let high = 1;
  while (upperTailOfT(high, degrees) > tail) high *= 2;
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (upperTailOfT(middle, degrees) > tail) low = middle;
    else high = middle;
  }
}

/** P(-t < X < t). */
function probabilityWithin(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(theta);
  const even = degrees % 2 === 0;
  let term = even ? 1 : cosine;
  let sum = degrees === 1 ? 0 : term;
  for (let k = even ? 2 : 3; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  if (even) return Math.sin(theta) * sum;
  return (2 / Math.PI) * (theta + Math.sin(theta) * sum);
}
