import fc from 'fast-check';

/**
 * Pairs of different tenant ids that a careless mapping confuses: one the prefix, glob, folding,
 * normal form, escape or trimming of the other.
 */
const RELATIONS: Readonly<Record<string, (id: string) => string>> = {
  'extended by a letter': (id) => `${id}b`,
  'extended by a separator': (id) => `${id}:`,
  'extended by a separator and a key': (id) => `${id}:k`,
  'a partition of it': (id) => `${id}#1`,
  'a glob that matches it': (id) => `${id.slice(0, -1)}*`,
  'a class that matches it': (id) => `[${id}]`,
  'any character': (id) => '?'.repeat(id.length),
  'another case': (id) => (id.toUpperCase() === id ? id.toLowerCase() : id.toUpperCase()),
  decomposed: (id) => `${id}\u00e9`.normalize('NFD'),
  composed: (id) => `${id}e\u0301`.normalize('NFC'),
  'the same hash tag': (id) => `{${id}}`,
  'the tag closed early': (id) => `${id}}`,
  'percent-encoded': (id) => `${id}%41`,
  'its own encoding': (id) => encodeURIComponent(`${id}:`),
  'trailing blank': (id) => `${id} `,
  'leading blank': (id) => ` ${id}`,
  'trailing NUL': (id) => `${id}\u0000`,
  'trailing line break': (id) => `${id}\r\n`,
  'a leading zero': (id) => `0${id}`,
  'a path': (id) => `../${id}`,
  escaped: (id) => `\\${id}`,
};

export const RELATION_NAMES = Object.keys(RELATIONS);

const base = fc.oneof(
  fc.constantFrom(
    'a',
    'acme',
    '1',
    '*',
    '?',
    '..',
    '__proto__',
    'constructor',
    '{a}',
    '}',
    ':',
    '%',
    '#',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('a', ':', '{', '}', '*', '#', '%', '\\'),
    minLength: 1,
    maxLength: 6,
  }),
);

/** A pair and the relation it was drawn from; equal or refused ids are left for the property. */
export const confusablePair: fc.Arbitrary<{ relation: string; ids: [string, string] }> = fc
  .tuple(base, fc.constantFrom(...RELATION_NAMES))
  .map(([id, relation]) => ({ relation, ids: [id, RELATIONS[relation]?.(id) ?? id] }));

export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', ':', '{', '}', '*', '#', '%', '}:'), maxLength: 6 }),
);
