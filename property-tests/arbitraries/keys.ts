import fc from 'fast-check';
import { anyName } from './confusable-entries.ts';
import { COMMON_VOCABULARY, type Vocabulary } from './vocabulary.ts';

/** Keys of one tenant: ordinary, empty, binary, long, or made of what the layout is made of. */
export function anyKey(vocabulary: Vocabulary = COMMON_VOCABULARY): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(...vocabulary.separators, ...vocabulary.words, 'a', 'k');
  return fc.oneof(
    { arbitrary: anyName, weight: 6 },
    { arbitrary: fc.array(pieces, { maxLength: 4 }).map((parts) => parts.join('')), weight: 3 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 2 },
    // As a prefix each means much to whoever takes it for a pattern.
    { arbitrary: fc.constantFrom('.', '.*', '*', '?', 'k?', '[^x]'), weight: 3 },
    { arbitrary: fc.constantFrom('', '__proto__', 'k'.repeat(4096)), weight: 1 },
  );
}
