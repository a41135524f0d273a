import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../results/junit.ts';
import { colorsFor } from '../../results/report.ts';
import { renderMutantsPage, summariseMutants } from './mutants-page.ts';
import type { MutantLine, MutantsRecord } from './mutants-record.ts';
import { renderMutants } from './render-mutants.ts';

const KILLED: MutantLine = {
  name: 'global clear',
  kind: 'core',
  fault: 'clears <everybody>',
  killer: 'P4',
  state: 'killed',
  kills: [{ by: 'P4', law: 'frame', tries: 37 }],
  crashes: [],
  counterexample: { message: "u's k is gone", story: ['t invalidates everything'], case: {} },
};

function recordOf(mutants: readonly MutantLine[]): MutantsRecord {
  const killed = mutants.filter(({ kills }) => kills.length > 0).length;
  const verdict = killed === mutants.length ? 'PASS' : 'FAIL';
  return {
    ...{ kind: 'mutants', version: 1, startedAt: '2026-01-01T00:00:00.000Z', seed: 7 },
    ...{ options: { cases: 400 }, host: {} as MutantsRecord['host'], gitRevision: null },
    ...{ verdict, reasons: [], killed, total: mutants.length, properties: ['P1', 'P4'], mutants },
    ...{ replay: 'partywall mutants --seed 7 --cases 400', interrupted: false },
  } as MutantsRecord;
}

describe('the page of the mutants', () => {
  it('holds the kill matrix, the fault escaped, and the story of each', () => {
    const page = renderMutantsPage(recordOf([KILLED]));

    expect(page).toContain('<th scope="row" tabindex="-1">global clear</th>');
    expect(page).toContain(
      '<td class="number" data-sort="37"><span class="word good">37</span></td>',
    );
    expect(page).toContain('clears &#60;everybody&#62;');
    expect(page).toContain('t invalidates everything\n=&#62; u&#39;s k is gone');
  });

  it('marks a survivor, which fails in JUnit, too', () => {
    const survivor = { ...KILLED, name: 'nobody saw it', state: 'survived' as const, kills: [] };
    const record = recordOf([KILLED, survivor]);

    expect(renderMutantsPage(record)).toContain('<span class="word bad">.</span>');
    const summary = summariseMutants(record);
    expect(summary).toMatchObject({ state: 'fail', sentence: '1 of 2 mutants were killed' });
    expect(renderJunit([summary], { allowInconclusive: false })).toContain('survived: clears ');
  });

  it('marks one that only an error gave away, which is an error in JUnit, too', () => {
    const crash = { by: 'P4', law: 'frame', tries: 3, message: 'TypeError: none' };
    const crashed = { ...KILLED, state: 'crashed' as const, kills: [], crashes: [crash] };
    const record = recordOf([crashed]);

    expect(renderMutantsPage(record)).toContain('<span class="word bad">ERROR</span>');
    expect(renderMutants(record, colorsFor({}, { NO_COLOR: '1' }))).toMatch(
      /^global clear +\. +!!$/m,
    );
    expect(renderJunit([summariseMutants(record)], { allowInconclusive: false })).toContain(
      '<error type="INVALID" message="not found by P4, but P4 frame ended after 3 in TypeError',
    );
  });
});
