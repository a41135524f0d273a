import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyRecord, parseAnyRecord } from '../any-record.ts';
import type { BenchRecord } from '../bench-schema.ts';
import { makeDraws } from '../normal-draws.ts';
import { BadInputError } from '../output/operating-errors.ts';
import type { Progress } from '../output/progress.ts';
import { withDigest } from '../record-digest.ts';
import { runLine } from './run-line.ts';

export interface RevisionPlan {
  /** A folder of the checkout whose revisions are compared. It is only ever read. */
  readonly folder: string;
  readonly revisions: readonly [string, string];
  /** Builds a worktree. */
  readonly setup: string;
  /** Measures one round and prints a bench record. */
  readonly command: string;
  /** Pairs of rounds that count; one more comes first and is discarded. */
  readonly rounds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Checks both revisions out into worktrees of a temporary folder, builds them, and measures them
 * in turn, each pair in random order: the only fair way on a noisy host, since both sides meet the
 * same host. Whatever happens, the worktrees are gone afterwards and the checkout is as it was.
 */
export async function measureRevisions(
  plan: RevisionPlan,
): Promise<{ base: BenchRecord; fresh: BenchRecord }> {
  const { folder, revisions, setup, signal, progress } = plan;
  const commits = await Promise.all(revisions.map((one) => resolveRevision(folder, one)));
  const parent = await mkdtemp(join(tmpdir(), 'partywall-revisions-'));
  const places = [join(parent, 'base'), join(parent, 'new')] as const;
  try {
    for (const [index, place] of places.entries()) {
      const revision = revisions[index] ?? '';
      progress.say(`building ${revision}`);
      await git(folder, ['worktree', 'add', '--detach', '--quiet', place, commits[index] ?? '']);
      const built = await runLine(setup, { folder: place, signal });
      if (built.exitCode !== 0) {
        throw badRevision(
          revision,
          `a revision that builds: \`${setup}\` exits with ${built.exitCode}: ${built.lastLines}`,
        );
      }
    }
    return await alternate(plan, places, commits);
  } finally {
    for (const place of places) {
      await git(folder, ['worktree', 'remove', '--force', place]).catch(() => {});
    }
    await rm(parent, { recursive: true, force: true });
    await git(folder, ['worktree', 'prune']).catch(() => {});
  }
}

async function alternate(
  { revisions, command, rounds, seed, signal, progress }: RevisionPlan,
  places: readonly [string, string],
  commits: readonly string[],
): Promise<{ base: BenchRecord; fresh: BenchRecord }> {
  const draws = makeDraws(seed);
  const measured: [BenchRecord[], BenchRecord[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const order = draws.uniform() < 0.5 ? ([0, 1] as const) : ([1, 0] as const);
    for (const side of order) {
      progress.advance(2 * round, 2 * rounds + 2, `round ${round}, ${revisions[side]}`);
      const ran = await runLine(command, { folder: places[side], signal });
      signal.throwIfAborted();
      const record = readRound(ran, revisions[side], command);
      // The first pair warms caches of the file system and the processor.
      if (round > 0) measured[side].push(record);
    }
  }
  const merge = (side: 0 | 1) => mergeRounds(measured[side], seed, commits[side] ?? null);
  return { base: merge(0), fresh: merge(1) };
}

function readRound(
  { exitCode, stdout, lastLines }: Awaited<ReturnType<typeof runLine>>,
  revision: string,
  command: string,
): BenchRecord {
  if (exitCode !== 0) {
    throw badRevision(revision, `\`${command}\` to exit with 0, not ${exitCode}: ${lastLines}`);
  }
  const refuse = () =>
    badRevision(revision, `\`${command}\` to print a bench record: ${lastLines}`);
  let record: AnyRecord;
  try {
    record = parseAnyRecord(JSON.parse(stdout));
  } catch {
    throw refuse();
  }
  if (record.kind !== 'bench') throw refuse();
  return record;
}

/** One record of many, which must hold the same contenders. */
function mergeRounds(
  records: readonly BenchRecord[],
  seed: number,
  commit: string | null,
): BenchRecord {
  const [first] = records;
  if (!first) throw new Error('no round was measured');
  const figuresOf = (benchmark: string, contender: string) =>
    records.flatMap(
      ({ benchmarks }) =>
        benchmarks
          .find(({ name }) => name === benchmark)
          ?.contenders.find(({ name }) => name === contender)?.rounds ?? [],
    );
  const benchmarks = first.benchmarks.map((benchmark) => ({
    ...benchmark,
    contenders: benchmark.contenders.map(({ name }) => ({
      name,
      rounds: figuresOf(benchmark.name, name),
    })),
  }));
  return withDigest({ ...first, seed, gitRevision: commit?.slice(0, 12) ?? null, benchmarks });
}

async function resolveRevision(folder: string, revision: string): Promise<string> {
  // A revision that begins with a dash would be an option of git.
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const found = await git(folder, args).catch(() => '');
  if (found === '') throw badRevision(revision, `a commit, tag or branch of ${folder}`);
  return found;
}

function badRevision(value: string, expected: string): BadInputError {
  return new BadInputError([{ field: '--rev', value, expected }]);
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, lastLines } = await runLine(['git', '-C', folder, ...args], { folder });
  if (exitCode !== 0) throw new Error(`git ${args[0]}: ${lastLines}`);
  return stdout.trim();
}
