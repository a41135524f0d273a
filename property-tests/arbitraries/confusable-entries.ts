import fc from 'fast-check';
import { CONFUSIONS, type Confusion, type EntryPair, type Ingredients } from './confusions.ts';
import { COMMON_VOCABULARY, type Vocabulary } from './vocabulary.ts';

/** Two entries of two different tenants, and why they may be taken for each other. */
export interface ConfusableEntries extends EntryPair {
  /** Name of the confusion that they were drawn from. */
  readonly confusion: string;
}

export interface ConfusableEntriesOptions {
  /** What was learnt of the system under test; {@link COMMON_VOCABULARY} unless given. */
  readonly vocabulary?: Vocabulary;
  /** The confusions to draw from; all unless given. */
  readonly confusions?: readonly Confusion[];
  /** Names of letters and digits only; odd ones are mixed in otherwise. */
  readonly ordinary?: boolean;
}

/**
 * Pairs of entries whose tenants are different and easily confused, in either order. Shrinks
 * towards short ordinary names and towards the first, simplest confusion.
 */
export function confusableEntries({
  vocabulary = COMMON_VOCABULARY,
  confusions = CONFUSIONS,
  ordinary = false,
}: ConfusableEntriesOptions = {}): fc.Arbitrary<ConfusableEntries> {
  return fc
    .tuple(fc.constantFrom(...confusions), ingredients(vocabulary, ordinary), fc.boolean())
    .map(([confusion, from, isSwapped]) => {
      const pair = keepApart(confusion.make(from), from);
      return { confusion: confusion.name, ...(isSwapped ? swap(pair) : pair) };
    });
}

/** Nothing appended makes one tenant of two: the other then gets a name of its own. */
function keepApart(pair: EntryPair, { other }: Ingredients): EntryPair {
  const [one, same] = pair.tenants;
  return one === same ? { ...pair, tenants: [one, same + other] } : pair;
}

/** Pairs of different tenant ids that are easily confused. */
export function confusableTenants(
  options: ConfusableEntriesOptions = {},
): fc.Arbitrary<readonly [string, string]> {
  return confusableEntries(options).map(({ tenants }) => tenants);
}

function swap({ tenants, keys }: EntryPair): EntryPair {
  return { tenants: [tenants[1], tenants[0]], keys: [keys[1], keys[0]] };
}

function ingredients(vocabulary: Vocabulary, ordinary: boolean): fc.Arbitrary<Ingredients> {
  return fc.record({
    base: ordinary ? ordinaryName : anyName,
    // Letters that no other name begins with.
    other: fc.string({ unit: fc.constantFrom('z', 'y', 'x'), minLength: 2, maxLength: 4 }),
    key: ordinary ? ordinaryName : anyName,
    part: ordinaryName,
    separator: ordinary ? fc.constantFrom('', '-', '_', '.') : earlyFirst(vocabulary.separators),
    word: earlyFirst(vocabulary.words),
  });
}

/** What was learnt of the system stands first in a vocabulary, and is drawn more often. */
function earlyFirst(list: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...list.slice(0, EARLY)), weight: 3 },
    { arbitrary: fc.constantFrom(...list), weight: 2 },
  );
}

const EARLY = 3;

/** One to three letters and digits: what anybody would call a tenant. */
export const ordinaryName: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '2'),
  minLength: 1,
  maxLength: 3,
});

/** Names made of what means something in a pattern, a key, a path or a protocol. */
const oddName: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...'a:{}*?[]^\\#%/.|$ \t\r\n"\'', '\u0000', '\u00e9', '\u{1f511}'),
  minLength: 1,
  maxLength: 4,
});

/** Mostly ordinary, so that one odd thing at a time is tried. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: ordinaryName, weight: 5 },
  { arbitrary: oddName, weight: 1 },
);
