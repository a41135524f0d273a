import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusableEntries, confusableTenants } from './confusable-entries.ts';
import { CONFUSION_FAMILIES, CONFUSIONS } from './confusions.ts';
import { Coverage } from './coverage.ts';
import { spellValue, VALUE_FORMS } from './values.ts';
import { COMMON_VOCABULARY, learnVocabulary, VOCABULARY_MAX } from './vocabulary.ts';

const SEED = 7;

describe('confusable entries', () => {
  it('name two different tenants, whatever they are drawn from', () => {
    fc.assert(
      fc.property(confusableTenants(), ([one, other]) => one !== other),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('reach every confusion, and so every family', () => {
    const coverage = new Coverage();
    for (const { confusion } of fc.sample(confusableEntries(), { seed: SEED, numRuns: 3000 })) {
      coverage.count(confusion);
    }

    expect(coverage.missing(CONFUSIONS.map(({ name }) => name))).toEqual([]);
    expect(new Set(CONFUSIONS.map(({ name }) => name)).size).toBe(CONFUSIONS.length);
    expect(CONFUSION_FAMILIES.length).toBeGreaterThan(12);
  });

  it('are ordinary where that is asked for', () => {
    const confusions = CONFUSIONS.filter(({ ordinary }) => ordinary);
    const drawn = confusableEntries({ confusions, ordinary: true });

    fc.assert(
      fc.property(drawn, ({ tenants, keys }) =>
        [...tenants, ...keys].every((name) => /^[A-Za-z0-9_.-]+$/.test(name)),
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  /** How many pairs, drawn with what was learnt of a layout, share a place in it. */
  function collisionsOf(layout: (tenant: string, key: string) => string): number {
    const vocabulary = learnVocabulary(COMMON_VOCABULARY, [layout('ten', 'kay')], ['ten', 'kay']);
    return fc
      .sample(confusableEntries({ vocabulary }), { seed: SEED, numRuns: 2000 })
      .filter(({ tenants: [t, u], keys: [k, j] }) => layout(t, k) === layout(u, j)).length;
  }

  it.each([
    ['nothing between', (t: string, k: string) => t + k],
    ['a mark that nobody expects', (t: string, k: string) => `${t}~+~${k}`],
    ['an open hash tag', (t: string, k: string) => `cache:{${t}}:${k}`],
    ['the key first', (t: string, k: string) => `${k}=>${t}`],
    ['a blank trimmed', (t: string, k: string) => `${JSON.stringify(t.trim())}:${k}`],
    ['a case folded', (t: string, k: string) => `${JSON.stringify(t.toLowerCase())}:${k}`],
    ['a normal form', (t: string, k: string) => `${JSON.stringify(t.normalize())}:${k}`],
  ])('collide in a layout with %s', (_, layout) => {
    expect(collisionsOf(layout)).toBeGreaterThan(0);
  });

  it('never collide in a layout that is injective', () => {
    expect(collisionsOf((tenant, key) => JSON.stringify([tenant, key]))).toBe(0);
  });
});

describe('a vocabulary', () => {
  it('learns what stands between tenant and key, and leaves both out', () => {
    const learnt = learnVocabulary(
      { separators: [], words: [] },
      ['app:{ten}~~kay', 'meta:tenant:ten%3A'],
      ['ten', 'kay'],
    );

    expect(learnt.separators).toEqual(expect.arrayContaining(['}~~', ':{', '~', '{']));
    expect(learnt.words).toEqual(expect.arrayContaining(['app', 'meta', '%3A']));
    expect([...learnt.separators, ...learnt.words]).not.toContain('ten');
  });

  it('stays bounded, however much is observed', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `w${index}:${'!'.repeat(index % 9)}`);

    expect(learnVocabulary(COMMON_VOCABULARY, many).words.length).toBe(VOCABULARY_MAX);
  });
});

describe('values and counters', () => {
  it.each(VALUE_FORMS)('a value %s carries its token', (form) => {
    expect(spellValue(form, 'tok1')).toContain('tok1');
  });

  it('names what never happened', () => {
    const coverage = new Coverage();
    coverage.count('glob');

    expect(coverage.missing(['glob', 'case'])).toEqual(['case']);
    expect(coverage.toJSON()).toEqual({ glob: 1 });
  });
});
