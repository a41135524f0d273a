import type { BenchRecord } from '../../results/bench-schema.ts';
import { withDigest } from '../../results/record-digest.ts';
import { type Host, recordVersion } from '../../results/schema.ts';
import type { Measured } from './benchmark.ts';

export interface BenchRun {
  readonly suite: string;
  readonly startedAt: Date;
  readonly seed: number;
  readonly options: BenchRecord['options'];
  readonly host: Host;
  readonly gitRevision: string | null;
  readonly measured: readonly Measured[];
  readonly interrupted: boolean;
}

/** All figures of all rounds; limits are judged from them again at any time. */
export function makeBenchRecord(run: BenchRun): BenchRecord {
  return withDigest({
    kind: 'bench' as const,
    version: recordVersion as typeof recordVersion,
    startedAt: run.startedAt.toISOString(),
    seed: run.seed,
    options: run.options,
    host: run.host,
    gitRevision: run.gitRevision,
    scenario: run.suite,
    benchmarks: run.measured.map(({ benchmark, figures }) => ({
      name: benchmark.name,
      unit: benchmark.unit,
      better: benchmark.better,
      gated: benchmark.isShownOnly !== true,
      reference: benchmark.reference ?? null,
      contenders: [...figures].map(([name, rounds]) => ({ name, rounds: [...rounds] })),
    })),
    interrupted: run.interrupted,
  });
}
