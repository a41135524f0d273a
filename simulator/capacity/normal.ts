/** The standard normal distribution: its quantile, and the probability below a value. */

/**
 * The value below which a standard normal falls with this probability, to about 1e-9 (Acklam's
 * rational approximation, one step of Halley's method on top).
 */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const rough = probability < 0.02425 ? tail(probability) : centre(probability);
  const error = normalBelow(rough) - probability;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((rough * rough) / 2);
  return rough - step / (1 + (rough * step) / 2);
}

function tail(probability: number): number {
  const q = Math.sqrt(-2 * Math.log(probability));
  const above = polynomial(
    [-7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734],
    q,
  );
  const below = polynomial(
    [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416],
    q,
  );
  return (above * q * q + 4.374664141464968 * q + 2.938163982698783) / (below * q + 1);
}

function centre(probability: number): number {
  const q = probability - 0.5;
  const r = q * q;
  const above = polynomial(
    [
      -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269,
      -30.66479806614716, 2.506628277459239,
    ],
    r,
  );
  const below = polynomial(
    [
      -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
      -13.28068155288572,
    ],
    r,
  );
  return (above * q) / (below * r + 1);
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** P(X < value) for a standard normal X, to about 1e-14. */
export function normalBelow(value: number): number {
  if (value > 0) return 1 - normalBelow(-value);
  if (value < -38) return 0;
  if (value < -4) return farTail(-value);
  // The series phi(x) (x + x^3/3 + x^5/15 + ...), exact and quick for small x.
  const x = -value;
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 - sum * density(x);
}

/** Laplace's continued fraction, far from the middle. */
function farTail(x: number): number {
  let fraction = 0;
  for (let k = 60; k > 0; k -= 1) fraction = k / (x + fraction);
  return density(x) / (x + fraction);
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** A lognormal distribution known by its median and its 95th percentile. */
export interface Lognormal {
  readonly median: number;
  /** Standard deviation of the logarithm. */
  readonly sigma: number;
}

export function lognormalOf(p50: number, p95: number): Lognormal {
  return { median: p50, sigma: Math.log(p95 / p50) / normalQuantile(0.95) };
}

export function lognormalMean({ median, sigma }: Lognormal): number {
  return median * Math.exp((sigma * sigma) / 2);
}

/** Squared coefficient of variation. */
export function lognormalScv({ sigma }: Lognormal): number {
  return Math.expm1(sigma * sigma);
}

export function lognormalBelow({ median, sigma }: Lognormal, value: number): number {
  if (sigma === 0) return value >= median ? 1 : 0;
  return value <= 0 ? 0 : normalBelow(Math.log(value / median) / sigma);
}

export function lognormalQuantile({ median, sigma }: Lognormal, probability: number): number {
  return median * Math.exp(sigma * normalQuantile(probability));
}
