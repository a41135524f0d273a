import type { PartCell } from './part.ts';

/** How figures are spelled in reports; each gives a cell that sorts by its value. */

const GIB = 2 ** 30;

export function gib(bytes: number): PartCell {
  const value = bytes / GIB;
  return { value, text: Math.abs(value) >= 100 ? group(value) : value.toPrecision(3) };
}

export function percent(share: number, digits = 1): PartCell {
  return { value: 100 * share, text: Number.isFinite(share) ? (100 * share).toFixed(digits) : '-' };
}

export function whole(value: number): PartCell {
  return { value, text: group(value) };
}

export function decimal(value: number, digits = 2): PartCell {
  return { value, text: Number.isFinite(value) ? value.toFixed(digits) : '-' };
}

/** Hundredths of a currency as the currency. */
export function money(cents: number): PartCell {
  return { value: cents / 100, text: group(cents / 100) };
}

export function ms(value: number): PartCell {
  return { value, text: value >= 10 ? value.toFixed(0) : value.toPrecision(2) };
}

export function group(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '-';
}

/** A cell's text, for sentences. */
export function say(cell: PartCell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
