/**
 * Holm's step-down procedure (Scandinavian Journal of Statistics 6, 1979): which hypotheses are
 * rejected so that the chance of any false rejection stays at `level`, however they depend.
 */
export function rejectedByHolm(pValues: readonly number[], level: number): readonly boolean[] {
  const rejected = pValues.map(() => false);
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  for (const [step, { p, index }] of order.entries()) {
    if (!(p <= level / (pValues.length - step))) break;
    rejected[index] = true;
  }
  return rejected;
}
