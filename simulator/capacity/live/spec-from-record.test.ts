import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../results/record.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import { writeDraft } from './draft-spec.ts';
import { specFromRecord } from './spec-from-record.ts';

describe('plan from-record', () => {
  it('writes a spec of the tenants that a run drove, which can be read back', async () => {
    const record = await readRecord('results/record-v1.fixture.json');

    const spec = parseSpec(writeDraft(specFromRecord(record, 'run')), 'run.yaml');

    const tenants = record.rounds.flatMap(({ windows }) =>
      windows.flatMap(({ neighbours }) => neighbours.map(({ tenant }) => tenant)),
    );
    expect(new Set(spec.tenants.map(({ name }) => name))).toEqual(new Set(tenants));
    expect(spec.backend).toBeDefined();
  });
});
