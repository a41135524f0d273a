import fc from 'fast-check';

/** Forms that a value takes; each carries a token that names its writer. */
export const VALUE_FORMS = ['plain', 'like RESP', 'JSON', 'controls', 'large'] as const;
export type ValueForm = (typeof VALUE_FORMS)[number];

/** Over a megabyte: replies arrive in several pieces. */
const LARGE_LENGTH = 1_050_000;

/** A value of the form that carries the token. Well-formed text, so it must come back as it is. */
export function spellValue(form: ValueForm, token: string): string {
  switch (form) {
    case 'plain':
      return token;
    case 'like RESP':
      return `$5\r\n${token}\r\n*2\r\n-ERR no\r\n`;
    case 'JSON':
      return JSON.stringify({ value: token, __proto__: null, error: 'none' });
    case 'controls':
      return `\u0000\u0001${token}\r\n\u007f\u00e9\u{1f511} `;
    case 'large':
      return token + 'x'.repeat(LARGE_LENGTH);
  }
}

/** Mostly plain; a large one now and then. */
export const valueForm: fc.Arbitrary<ValueForm> = fc.oneof(
  { arbitrary: fc.constant('plain' as const), weight: 12 },
  { arbitrary: fc.constantFrom('like RESP', 'JSON', 'controls'), weight: 6 },
  { arbitrary: fc.constant('large' as const), weight: 1 },
);
