import { randomInt } from 'node:crypto';
import { baselineFor, defaultBaselineFolder } from '../baseline/baseline.ts';
import { EXIT_INTERRUPTED } from '../output/exit-codes.ts';
import { watchInterruption } from '../output/interruption.ts';
import { BadInputError } from '../output/operating-errors.ts';
import { showProgress } from '../output/show-progress.ts';
import type { CompareFlags, CompareSources } from './compare-command.ts';
import { measureRevisions } from './revisions.ts';

const defaults = {
  setup: 'npm ci --no-audit --no-fund',
  command: 'npx --no-install tsx cli.ts bench core --rounds 1 --quiet --json -',
  rounds: 12,
} as const;

/** Baselines of the place the command was started in, and revisions of its checkout. */
export const compareSources: CompareSources = {
  baselineFor: (record, folder) => baselineFor(record, folder ?? defaultBaselineFolder),
  measureRevisions: async (flags) => {
    const [from = '', to = ''] = flags.rev ?? [];
    const { rounds, seed } = countsOf(flags);
    const { stderr } = process;
    const progress = showProgress({
      stream: stderr,
      quiet: flags.quiet ?? false,
      nowMs: () => performance.now(),
    });
    const watched = watchInterruption(progress.say, () => process.exit(EXIT_INTERRUPTED));
    try {
      progress.say(`seed ${seed}; changes that are not committed are not measured`);
      return await measureRevisions({
        folder: process.cwd(),
        revisions: [from, to],
        setup: flags.setup ?? defaults.setup,
        command: flags.command ?? defaults.command,
        rounds,
        seed,
        signal: watched.signal,
        progress,
      });
    } catch (error) {
      if (watched.signal.aborted) return undefined;
      throw error;
    } finally {
      progress.finish();
      watched.forget();
    }
  },
};

function countsOf({ rounds, seed }: CompareFlags): { rounds: number; seed: number } {
  const problems = [
    ...integer('--rounds', rounds, 4, 1_000),
    ...integer('--seed', seed, 0, 2 ** 32 - 1),
  ];
  if (problems.length > 0) throw new BadInputError(problems);
  return {
    rounds: rounds === undefined ? defaults.rounds : Number(rounds),
    seed: seed === undefined ? randomInt(2 ** 32) : Number(seed),
  };
}

function integer(field: string, value: string | undefined, least: number, most: number) {
  if (value === undefined) return [];
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isInteger(number) && number >= least && number <= most
    ? []
    : [{ field, value, expected: `an integer ${least}..${most}` }];
}
