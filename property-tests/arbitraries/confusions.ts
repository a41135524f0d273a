/** What a confusion is built from; all parts are drawn, so that it shrinks. */
export interface Ingredients {
  /** A tenant id; ordinary unless the confusion allows for more. */
  readonly base: string;
  /** A second name, different from `base` and no prefix of it. */
  readonly other: string;
  readonly key: string;
  /** A short piece of a name. */
  readonly part: string;
  readonly separator: string;
  readonly word: string;
}

/** Two entries, of two tenants, that a careless mapping takes for one or for parts of each other. */
export interface EntryPair {
  readonly tenants: readonly [string, string];
  readonly keys: readonly [string, string];
}

/** Families of confusions; each must have been tried before a property may be called held. */
export type ConfusionFamily =
  | 'unrelated'
  | 'prefix'
  | 'split'
  | 'separator'
  | 'glob'
  | 'case'
  | 'normal form'
  | 'encoding'
  | 'blank'
  | 'surrogate'
  | 'number'
  | 'name'
  | 'path'
  | 'hash tag'
  | 'length'
  | 'observed';

/** One way in which two tenants can be taken for each other. */
export interface Confusion {
  readonly name: string;
  readonly family: ConfusionFamily;
  /** Whether ordinary names alone (letters, digits, `-`, `_`, `.`) can be drawn from it. */
  readonly ordinary: boolean;
  make(from: Ingredients): EntryPair;
}

/** A confusion of tenants that both use the same key. */
function ofTenants(
  family: ConfusionFamily,
  name: string,
  confuse: (from: Ingredients) => string | readonly [string, string],
  ordinary = false,
): Confusion {
  return {
    name,
    family,
    ordinary,
    make(from) {
      const confused = confuse(from);
      const tenants: readonly [string, string] =
        typeof confused === 'string' ? [from.base, confused] : confused;
      return { tenants, keys: [from.key, from.key] };
    },
  };
}

const ORDINARY = true;
const LONG = 4096;

/** From ordinary to odd: the first that breaks a property is the simplest to tell. */
export const CONFUSIONS: readonly Confusion[] = [
  ofTenants('unrelated', 'two unrelated tenants', ({ other }) => other, ORDINARY),
  ofTenants('prefix', 'one extends the other', ({ base, part }) => base + part, ORDINARY),
  {
    name: 'a piece moved from key to tenant',
    family: 'split',
    ordinary: ORDINARY,
    make: ({ base, part, key }) => ({ tenants: [base, base + part], keys: [part + key, key] }),
  },
  {
    name: 'a piece moved from tenant to key, key first',
    family: 'split',
    ordinary: ORDINARY,
    make: ({ base, part, key }) => ({ tenants: [base, part + base], keys: [key + part, key] }),
  },
  {
    name: 'tenant and key exchanged',
    family: 'split',
    ordinary: ORDINARY,
    make: ({ base, other }) => ({ tenants: [base, other], keys: [other, base] }),
  },
  ofTenants('case', 'another case', ({ base }) => [`${base}x`, `${base}X`], ORDINARY),
  ofTenants('number', 'a leading zero', () => ['1', '01'], ORDINARY),
  ofTenants('number', 'another spelling of a number', () => ['1', '1.0'], ORDINARY),
  ofTenants('separator', 'extended by a separator', ({ base, separator }) => base + separator),
  ofTenants('separator', 'a separator put before', ({ base, separator }) => separator + base),
  {
    name: 'split at a separator',
    family: 'split',
    ordinary: false,
    make: ({ base, part, separator, key }) => ({
      tenants: [base, base + separator + part],
      keys: [part + separator + key, key],
    }),
  },
  {
    name: 'split at a separator, key first',
    family: 'split',
    ordinary: false,
    make: ({ base, part, separator, key }) => ({
      tenants: [base, part + separator + base],
      keys: [key + separator + part, key],
    }),
  },
  {
    name: 'a separator moved from key to tenant',
    family: 'split',
    ordinary: false,
    make: ({ base, separator, key }) => ({
      tenants: [base, base + separator],
      keys: [separator + key, key],
    }),
  },
  ofTenants('glob', 'any characters', ({ base }) => ['*', base]),
  ofTenants('glob', 'any ending', ({ base, part }) => [`${base}*`, base + part]),
  ofTenants('glob', 'any character', ({ base, part }) => [
    `${base}?`,
    `${base}${part.slice(0, 1)}`,
  ]),
  ofTenants('glob', 'a class', ({ base }) => [`[${base}]`, base.slice(0, 1)]),
  ofTenants('glob', 'a negated class', ({ other, base }) => [`[^${other}]`, base.slice(0, 1)]),
  ofTenants('glob', 'an escaped character', ({ base }) => `\\${base}`),
  ofTenants('glob', 'a regular expression', ({ base }) => ['.*', base]),
  ofTenants('normal form', 'composed and decomposed', ({ base }) => [
    `${base}\u00e9`,
    `${base}e\u0301`,
  ]),
  ofTenants('normal form', 'compatible forms', ({ base }) => [`${base}\ufb01`, `${base}fi`]),
  ofTenants('encoding', 'percent-encoded', ({ base, separator }) => [
    `${base}${separator || ':'}`,
    `${base}${percentEncode(separator || ':')}`,
  ]),
  ofTenants('encoding', 'an encoded letter', ({ base }) => [`${base}A`, `${base}%41`]),
  ofTenants('encoding', 'plus and blank', ({ base }) => [`${base} b`, `${base}+b`]),
  ofTenants('encoding', 'base64 of it', ({ base }) => Buffer.from(base).toString('base64')),
  ofTenants('blank', 'a trailing blank', ({ base }) => `${base} `),
  ofTenants('blank', 'a leading blank', ({ base }) => ` ${base}`),
  ofTenants('blank', 'a trailing line break', ({ base }) => `${base}\r\n`),
  ofTenants('blank', 'a trailing NUL', ({ base }) => `${base}\u0000`),
  ofTenants('blank', 'cut at a NUL', ({ base, part }) => `${base}\u0000${part}`),
  ofTenants('blank', 'an invisible character', ({ base }) => `${base}\u200b`),
  ofTenants('surrogate', 'a lone surrogate', ({ base }) => [`${base}\ud800`, `${base}\ufffd`]),
  ofTenants('surrogate', 'two lone surrogates', ({ base }) => [`${base}\ud800`, `${base}\udfff`]),
  ofTenants('name', 'no name', ({ base }) => ['', base]),
  ofTenants('name', 'a missing tenant', ({ word }) => ['undefined', word]),
  ofTenants('name', 'no name and a default', () => ['', 'default']),
  ofTenants('name', 'a name of the language', () => ['__proto__', 'constructor']),
  ofTenants('name', 'a name of the language and another', ({ base }) => ['__proto__', base]),
  ofTenants('path', 'the folder above', ({ base, other }) => [`${other}/../${base}`, base]),
  ofTenants('path', 'two points', ({ base }) => ['..', base]),
  ofTenants('hash tag', 'the same hash tag', ({ base }) => `{${base}}`),
  ofTenants('hash tag', 'a tag closed early', ({ base, part }) => [`${base}}`, `${base}}${part}`]),
  ofTenants('hash tag', 'a partition', ({ base }) => `${base}#1`),
  ofTenants('length', 'equal up to 4,096 characters', ({ base }) => [
    base.padEnd(LONG, 'x'),
    `${base.padEnd(LONG, 'x')}y`,
  ]),
  ofTenants('length', 'equal up to 255 characters', ({ base }) => [
    base.padEnd(254, 'x'),
    `${base.padEnd(254, 'x')}yz`,
  ]),
  ofTenants('observed', 'a word of the layout', ({ word, base }) => [word, base]),
  ofTenants(
    'observed',
    'extended by a word',
    ({ base, separator, word }) => base + separator + word,
  ),
  {
    name: 'a word of the layout moved from key to tenant',
    family: 'observed',
    ordinary: false,
    make: ({ base, separator, word, key }) => ({
      tenants: [base, base + separator + word],
      keys: [word + separator + key, key],
    }),
  },
];

export const CONFUSION_FAMILIES: readonly ConfusionFamily[] = [
  ...new Set(CONFUSIONS.map(({ family }) => family)),
];

function percentEncode(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
