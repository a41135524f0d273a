import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../results/report.ts';
import { OUR_CORE } from '../laws/core-under-test.ts';
import { MEMORY } from '../laws/ground.ts';
import { type AnyLaw, demand } from '../laws/law.ts';
import { MUTANTS } from '../mutants/mutants.ts';
import { parseNames, parseNumbers } from './amounts.ts';
import { renderProofPage } from './proof-page.ts';
import { exitCodeOfProof, makeProofRecord, type ProofFacts } from './proof-record.ts';
import { prove } from './prove.ts';
import { renderProof } from './render-proof.ts';
import { renderProofJunit } from './render-proof-junit.ts';

/** A law over numbers: none of them is one that it was told to refuse. */
function lawOf(isBroken: (one: number) => boolean, covers: readonly string[] = []): AnyLaw {
  return {
    property: 'P0',
    name: 'numbers',
    statement: 'no number is <bad>',
    usesStore: false,
    covers,
    cases: () => fc.nat({ max: 50 }),
    check: async (one, { coverage }) => {
      coverage.count('numbers');
      demand(!isBroken(one), () => `${one} is bad`);
    },
    tell: (one) => [`the number ${one}`],
  };
}

const FACTS: ProofFacts = {
  startedAt: '2026-01-01T00:00:00.000Z',
  seed: 1,
  options: {},
  host: {} as ProofFacts['host'],
  gitRevision: null,
  keptCount: 0,
  found: [],
  replay: 'partywall prove --seed 1',
  interrupted: false,
};

/** A law that breaks ends the search; one that holds is tried until the time is up. */
const LONG_MS = 60_000;

async function proveOne(law: AnyLaw, kept: readonly unknown[] = [], durationMs = 40) {
  const lines = await prove({
    core: OUR_CORE,
    laws: [law],
    grounds: [MEMORY],
    seed: 1,
    durationMs,
    kept: kept.map((one) => ({ law: law.name, found: '', case: one as number })),
    signal: new AbortController().signal,
    onStep: () => {},
  });
  return makeProofRecord(FACTS, lines, 40);
}

describe('prove', () => {
  it('passes a law that held and met what it must', async () => {
    const record = await proveOne(lawOf(() => false, ['numbers']));

    expect([record.verdict, exitCodeOfProof(record)]).toEqual(['PASS', 0]);
    expect(record.coverage['numbers']).toBe(record.cases);
  });

  it('fails a law that broke, with the smallest case as a story', async () => {
    const record = await proveOne(
      lawOf((one) => one >= 7),
      [],
      LONG_MS,
    );

    expect([record.verdict, exitCodeOfProof(record)]).toEqual(['FAIL', 1]);
    expect(record.properties[0]?.counterexample).toEqual({
      message: '7 is bad',
      story: ['the number 7'],
      case: 7,
    });
    const text = renderProof(record, colorsFor({}, { NO_COLOR: '1' }));
    expect(text).toContain('numbers is broken on memory: 7 is bad');
    expect(renderProofJunit(record)).toContain(
      '<failure message="7 is bad">the number 7</failure>',
    );
    expect(renderProofJunit(record)).toContain('no number is &lt;bad&gt;');
    expect(renderProofPage(record)).toContain('<pre>the number 7\n=&#62; 7 is bad</pre>');
  });

  it('calls a law invalid whose history never happened', async () => {
    const record = await proveOne(lawOf(() => false, ['a miracle']));

    expect([record.verdict, exitCodeOfProof(record)]).toEqual(['INVALID', 2]);
    expect(record.reasons).toEqual(['P0 numbers on memory never met: a miracle']);
  });

  it('tries what broke a law before first of all', async () => {
    const record = await proveOne(
      lawOf((one) => one === 51),
      [51],
      LONG_MS,
    );

    expect(record.properties[0]).toMatchObject({ verdict: 'broken', cases: 1 });
  });

  it('is invalid where nothing was tried', () => {
    expect(makeProofRecord(FACTS, [], 40).verdict).toBe('INVALID');
  });

  it('never passes a law on a ground that the time did not reach', async () => {
    const record = await proveOne(
      lawOf(() => false, ['numbers']),
      [],
      0,
    );

    expect([record.verdict, exitCodeOfProof(record)]).toEqual(['INVALID', 2]);
    expect(record.reasons).toEqual([
      'the time was over before numbers could be tried on memory: give more --minutes',
    ]);
    expect(renderProof(record, colorsFor({}, { NO_COLOR: '1' }))).toContain('not tried');
    expect(renderProofJunit(record)).toContain('<error message="not tried: no time was left"/>');
    expect(renderProofPage(record)).toContain('NOT TRIED');
  });

  it('lets a law that held stay held where the time is over before its next case', async () => {
    const numbers = lawOf(() => false, ['numbers']);
    let passCount = 0;
    const stuckLater: AnyLaw = {
      ...numbers,
      cases: (core) => {
        passCount += 1;
        return numbers.cases(core);
      },
      check: (one, trial) =>
        passCount > 1 ? new Promise(() => {}) : numbers.check(one as never, trial),
    };

    const record = await proveOne(stuckLater, [], 400);

    expect(passCount).toBe(2);
    expect(record.properties[0]).toMatchObject({ verdict: 'held', missing: [] });
    expect(record.verdict).toBe('PASS');
  });

  it('names every problem of its numbers and lists', () => {
    const flag = { usual: 1, least: 1, most: 5, isWhole: true };
    const parse = () =>
      parseNumbers([
        { ...flag, field: '--seed', text: '1.5' },
        { ...flag, field: '--minutes', text: '' },
      ]);
    expect(parse).toThrow('--seed: 1.5, expected a whole number 1..5\n--minutes: (empty)');
    expect(() => parseNames('--on', 'memory,disk', ['memory'])).toThrow('--on: disk, expected');
  });

  it('lists the names that there are in lines of a terminal, each name whole', () => {
    const names = MUTANTS.map(({ name }) => name);
    let said = '';
    try {
      parseNames('--only', 'nowhere,none', names);
    } catch (error) {
      said = (error as Error).message;
    }

    const [head, ...lines] = said.split('\n');
    expect(head).toBe('--only: nowhere, none, expected some of these:');
    expect(lines.every((line) => line.startsWith('  ') && line.length <= 80)).toBe(true);
    expect(lines.flatMap((line) => line.trim().replace(/,$/, '').split(', '))).toEqual(names);
  });
});
