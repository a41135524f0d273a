import type { BenchRecord } from '../bench-schema.ts';
import { someRun } from '../record.fixture.ts';
import { withDigest } from '../record-digest.ts';
import { recordVersion } from '../schema.ts';

export interface BenchSettings {
  readonly better?: 'lower' | 'higher';
  readonly unit?: string;
  readonly gated?: boolean;
}

/** A bench record with the given figures a benchmark, all of one suite and host. */
export function makeBenchRecord(
  figures: Readonly<Record<string, readonly number[]>>,
  { better = 'lower', unit = 'us', gated = true }: BenchSettings = {},
  extra: Partial<BenchRecord> = {},
): BenchRecord {
  return withDigest({
    kind: 'bench',
    version: recordVersion,
    startedAt: someRun.startedAt,
    seed: 42,
    options: { tenants: 100 },
    host: someRun.host,
    gitRevision: '0123456789ab',
    scenario: 'core',
    benchmarks: Object.entries(figures).map(([name, rounds]) => ({
      name,
      unit,
      better,
      gated,
      reference: null,
      contenders: [{ name: 'ours', rounds: [...rounds] }],
    })),
    interrupted: false,
    ...extra,
  }) as BenchRecord;
}
