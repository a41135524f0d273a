import type { JudgeInput } from './judgement.ts';
import { makeRecord, type RunFacts } from './record.ts';
import type { StressRecord } from './schema.ts';
import { judge } from './verdict.ts';

export const someRun: RunFacts = {
  scenario: 'spike',
  startedAt: '2025-11-22T06:00:00.000Z',
  seed: 42,
  options: { neighbours: 20, hotRate: 10_000 },
  host: {
    cores: 2,
    cpuModel: 'some processor',
    memoryBytes: 8_000_000_000,
    platform: 'linux',
    kernel: '6.1.0',
    node: '20.20.2',
    tools: { k6: '1.8.1', redis: '7.0.15' },
  },
  gitRevision: '0123456789abcdef0123456789abcdef01234567',
};

/** The record of a judged run. */
export function makeStressRecord(input: JudgeInput): StressRecord {
  return makeRecord(someRun, input, judge(input));
}
