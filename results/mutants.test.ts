import { describe, expect, test } from 'vitest';
import { cellMutants } from './cell-mutants.fixture.ts';
import { type ProbeName, probes } from './judge-probes.fixture.ts';
import { buildJudge, edit } from './mutant-build.fixture.ts';
import { runMutants } from './run-mutants.fixture.ts';

const mutants = [...cellMutants, ...runMutants];

describe('the judge itself', async () => {
  const sound = await buildJudge([]);

  test.each(Object.keys(probes) as ProbeName[])('%s', (name) => {
    probes[name](sound);
  });
});

describe('a mutant of the judge', () => {
  test.each(mutants)('%s: caught by "%s"', async (_fault, killer, ...edits) => {
    const mutant = await buildJudge(edits);

    // A failed expectation, not a crash, is what catches a mutant.
    expect(() => probes[killer](mutant)).toThrow(/^expected /);
  });

  test('exists for every probe but the first, so that none is idle', () => {
    const used = new Set(mutants.map(([, killer]) => killer));

    expect(Object.keys(probes).filter((name) => !used.has(name as ProbeName))).toEqual([
      'passes arms that are alike',
    ]);
  });

  test('must still be one: an edit that does not apply is an error', async () => {
    await expect(buildJudge([edit('holm.ts', 'no such text', '')])).rejects.toThrow(
      'does not occur exactly once',
    );
    await expect(buildJudge([edit('no-such-file.ts', 'x', '')])).rejects.toThrow('never read');
  });
});
