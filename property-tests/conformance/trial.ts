import fc from 'fast-check';
import {
  type ConfusableEntries,
  confusableEntries,
  ordinaryName,
} from '../arbitraries/confusable-entries.ts';
import type { Confusion } from '../arbitraries/confusions.ts';
import { type ValueForm, valueForm } from '../arbitraries/values.ts';
import type { Vocabulary } from '../arbitraries/vocabulary.ts';

/** What one history is made of: two tenants, a key of each, and what varies beside them. */
export interface Trial extends ConfusableEntries {
  /** Form of the values written. */
  readonly form: ValueForm;
  /** What a prefix invalidation is given. */
  readonly prefix: string;
}

export interface TrialOptions {
  readonly confusions: readonly Confusion[];
  readonly vocabulary: Vocabulary;
  /** Ordinary names, prefixes and values only. */
  readonly ordinary: boolean;
}

/** Histories in which the tenants are confused in one of the given ways. */
export function trials({ confusions, vocabulary, ordinary }: TrialOptions): fc.Arbitrary<Trial> {
  const oddPrefix = fc.constantFrom('*', '?', '[a-z]', '', '\\', ...vocabulary.separators);
  const prefix = ordinary
    ? ordinaryName
    : fc.oneof({ arbitrary: ordinaryName, weight: 3 }, { arbitrary: oddPrefix, weight: 2 });
  return fc
    .tuple(
      confusableEntries({ confusions, vocabulary, ordinary }),
      ordinary ? fc.constant<ValueForm>('plain') : valueForm,
      prefix,
    )
    .map(([entries, form, drawnPrefix]) => ({ ...entries, form, prefix: drawnPrefix }));
}

/** Names that mean something to a language or a framework, although their letters are ordinary. */
const NAMES_WITH_MEANING = new Set([
  '',
  '.',
  '..',
  '__proto__',
  'constructor',
  'default',
  'global',
  'null',
  'prototype',
  'undefined',
]);
const ORDINARY_LENGTH_MAX = 128;

/**
 * What is unusual about a trial's names: characters that tenants' ids (letters, digits, `-`, `_`,
 * `.`) or keys (those and `:`, `/`) usually do without, names that mean something, great length.
 * Empty where everything is ordinary.
 */
export function unusualOf({ tenants, keys, prefix, form }: Trial): string[] {
  const found = new Set<string>();
  const note = (name: string, ordinary: RegExp) => {
    for (const character of name) if (!ordinary.test(character)) found.add(character);
    if (name.length > ORDINARY_LENGTH_MAX) found.add(`${name.length} characters`);
  };
  for (const tenant of tenants) {
    note(tenant, /^[A-Za-z0-9_.-]$/);
    if (NAMES_WITH_MEANING.has(tenant)) found.add(tenant === '' ? 'the empty name' : tenant);
  }
  for (const key of [...keys, prefix]) note(key, /^[A-Za-z0-9_.:/-]$/);
  for (const key of keys) if (NAMES_WITH_MEANING.has(key)) found.add(key || 'the empty key');
  if (form !== 'plain') found.add(`a value ${form}`);
  return [...found];
}
