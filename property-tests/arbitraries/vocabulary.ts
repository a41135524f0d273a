/**
 * Strings that ids and keys are built from. A fixed pool of odd characters misses most broken
 * layouts; the pieces of the Redis keys that the system itself wrote find them at once, so what is
 * observed is learnt and fed back.
 */
export interface Vocabulary {
  /** What may stand between a tenant and a key: `::`, `}:`, and nothing at all. */
  readonly separators: readonly string[];
  /** What the layout itself says: `cache`, `meta`, an escape such as `%3A`. */
  readonly words: readonly string[];
}

/** Each list of a vocabulary is at most this long, so that learning stays bounded. */
export const VOCABULARY_MAX = 48;
const SEPARATOR_LENGTH_MAX = 8;
const WORD_LENGTH_MAX = 32;

/** What is tried before anything was observed. */
export const COMMON_VOCABULARY: Vocabulary = {
  separators: [
    ':',
    '',
    '::',
    '/',
    '|',
    '#',
    '}',
    '}:',
    '{',
    '@',
    '-',
    '_',
    '.',
    ',',
    ' ',
    '\u0000',
  ],
  words: ['cache', 'k', 'undefined', 'null', 'default', '%3A', '%2A', '\\:'],
};

/**
 * The vocabulary with the pieces of these Redis keys added, the observed ones first. `known` are
 * the ids and keys that were written: they are taken out, so that only the layout is learnt.
 */
export function learnVocabulary(
  vocabulary: Vocabulary,
  redisKeys: readonly string[],
  known: readonly string[] = [],
): Vocabulary {
  const longestFirst = [...known].filter((one) => one !== '').sort((a, b) => b.length - a.length);
  const layouts = redisKeys.map((redisKey) =>
    longestFirst.reduce((text, one) => text.replaceAll(one, HOLE), redisKey),
  );
  return {
    separators: merge(layouts.flatMap(separatorsOf), vocabulary.separators),
    words: merge(layouts.flatMap(wordsOf), vocabulary.words),
  };
}

/** Stands for an id that was cut out; a private-use character that no layout contains. */
const HOLE = '\ue000';

/** Runs of marks, each mark alone too, and whatever stands between two ids. */
function separatorsOf(layout: string): string[] {
  const between = layout.split(HOLE).slice(1, -1);
  const runs = layout.match(/[^\p{L}\p{N}\ue000]+/gu) ?? [];
  const marks = runs.flatMap((run) => [...run]);
  return [...between, ...runs, ...marks].filter(({ length }) => length <= SEPARATOR_LENGTH_MAX);
}

/** Runs of letters and digits, and percent escapes. */
function wordsOf(layout: string): string[] {
  const words = layout.match(/[\p{L}\p{N}_-]+|%[0-9A-Fa-f]{2}/gu) ?? [];
  return words.filter(({ length }) => length <= WORD_LENGTH_MAX);
}

function merge(first: readonly string[], second: readonly string[]): string[] {
  return [...new Set([...first, ...second])].slice(0, VOCABULARY_MAX);
}
