/**
 * Bad input by the caller: one field, its value and what was expected. Never retried, and no sign
 * that anything is down. Long values are cut.
 */
export class InvalidInputError extends Error {
  readonly code = 'invalid-input';
  readonly field: string;

  constructor(field: string, value: unknown, expected: string) {
    super(`${field} is ${shown(value)}, expected ${expected}`);
    this.name = 'InvalidInputError';
    this.field = field;
  }
}

const SHOWN_MAX = 80;

/** JSON spells lone surrogates and control characters as escapes, so that a log stays readable. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}... (${text.length} long)`;
}
