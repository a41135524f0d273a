import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAnyRecord } from '../results/any-record.ts';
import { catchOutput } from '../results/output/catch-output.fixture.ts';
import { BadInputError } from '../results/output/operating-errors.ts';
import { addBenchCommand } from './bench-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-bench-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `bench simulator` of one contender, and catches what it writes. */
async function run(args: readonly string[], measure: () => Promise<number>) {
  const caught = catchOutput();
  let exitCode: number | undefined;
  let error: unknown;
  const program = new Command().exitOverride();
  addBenchCommand(
    program,
    (code) => {
      exitCode = code;
    },
    async () => ({ contenders: [{ name: 'ours', measure }], reference: 'ours' }),
    () => Promise.reject(new Error('not asked for')),
  );
  try {
    await program.parseAsync(['bench', 'simulator', ...args], { from: 'user' });
  } catch (thrown) {
    error = thrown;
  } finally {
    vi.restoreAllMocks();
  }
  return { exitCode, error, ...caught };
}

/** Counts up, and throws where it is told to. */
function counting(failsAt = Number.POSITIVE_INFINITY, onFirst: () => void = () => {}) {
  let count = 0;
  return async () => {
    count += 1;
    if (count === 1) onFirst();
    if (count === failsAt) throw new Error('the machine is on fire');
    return 100 + count;
  };
}

describe('partywall bench', () => {
  it('keeps and shows what was measured before it broke off, and says why it did', async () => {
    const json = join(folder, 'bench.json');

    const { error, stdout } = await run(['--rounds', '6', '--json', json], counting(5));

    expect(error).toMatchObject({ message: 'the machine is on fire' });
    expect(parseAnyRecord(JSON.parse(readFileSync(json, 'utf8')))).toMatchObject({
      interrupted: true,
      benchmarks: [{ contenders: [{ rounds: [102, 103, 104] }] }],
    });
    expect(stdout).toContain('simulated requests');
  });

  it('shows what was measured where the record cannot be written any more', async () => {
    const json = join(folder, 'bench.json');
    // A device without room, in the place of what is written in the end.
    const measure = counting(undefined, () => symlinkSync('/dev/full', json));

    const { error, stdout } = await run(['--rounds', '2', '--json', json], measure);

    expect(error).toBeInstanceOf(BadInputError);
    expect((error as Error).message).toMatch(/^--json: .*ENOSPC/);
    expect(stdout).toContain('simulated requests');
  });

  it('keeps standard output for the record with --json -', async () => {
    const loud = await run(['--rounds', '1', '--json', '-'], counting());
    const quiet = await run(['--rounds', '1', '--json', '-', '--quiet'], counting());

    expect(JSON.parse(loud.stdout).kind).toBe('bench');
    expect(loud.stderr).toContain('simulated requests');
    expect(quiet.stderr).toBe('');
  });

  it('refuses an empty namespace, which would put its keys among those of others', async () => {
    const { error } = await run(['--namespace', ''], counting());

    expect(error).toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--namespace', value: '' }],
    });
  });
});
