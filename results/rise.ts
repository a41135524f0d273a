/**
 * A logarithm of a ratio as people read it: "+3.5 %", from tenfold on "x12", "x1k+" beyond a
 * thousandfold, and "?" where too few rounds leave it open.
 */
export function formatRise(logarithm: number | null): string {
  if (logarithm === null || Number.isNaN(logarithm)) return '?';
  const ratio = Math.exp(logarithm);
  if (ratio >= 1_000) return 'x1k+';
  if (ratio >= 10) return `x${Math.floor(ratio)}`;
  return `${formatSigned(100 * (ratio - 1))} %`;
}

/** The same without the unit, for columns whose head carries it. */
export function formatRiseShort(logarithm: number | null): string {
  return formatRise(logarithm).replace(' %', '');
}

/** One digit after the point below ten, none above; the sign always, and no "-0". */
export function formatSigned(value: number): string {
  const text = Math.abs(value).toFixed(Math.abs(value) < 9.95 ? 1 : 0);
  return `${value < 0 && Number(text) !== 0 ? '-' : '+'}${text}`;
}

/** Microseconds with three significant digits: "201 us", "20.9 ms", "4.00 s". */
export function formatDuration(us: number): string {
  if (us < 999.5) return `${Number(us.toPrecision(3))} us`;
  if (us < 999_500) return `${(us / 1_000).toPrecision(3)} ms`;
  return `${(us / 1_000_000).toFixed(2)} s`;
}
