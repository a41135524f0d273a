import { findOnPath } from '../provision/find-on-path.ts';
import {
  type CallCount,
  nodeLine,
  type PolicyBundle,
  type ProgramLine,
  runProgram,
} from './policy-process.ts';

/** Counts the instructions of a program in user space: by the processor, or by emulating one. */
export interface InstructionCounter {
  readonly name: 'perf' | 'valgrind';
  count(line: ProgramLine, signal: AbortSignal): Promise<number>;
}

const PERF = ['perf', 'stat', '-x', ',', '-e', 'instructions:u'] as const;
const CACHEGRIND = ['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null'];

/**
 * `perf` where the host lets processes count (most virtual machines do not), else valgrind, which
 * takes fifty times as long and counts on any host; undefined where there is neither.
 */
export async function findInstructionCounter(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<InstructionCounter | undefined> {
  if (findOnPath('perf', env) !== undefined) {
    const perf = counting('perf', (line) => [...PERF, ...line], /^(\d+),[^,]*,instructions/m);
    const counted = await perf.count(['true'], signal).catch(() => Number.NaN);
    if (counted > 0) return perf;
  }
  const path = findOnPath('valgrind', env);
  if (path === undefined) return undefined;
  // Compiled code is rewritten while it runs.
  const wrap = (line: ProgramLine) =>
    [path, ...CACHEGRIND, '--smc-check=all-non-file', ...line] as const;
  return counting('valgrind', wrap, /I\s+refs:\s+([\d,]+)/);
}

function counting(
  name: InstructionCounter['name'],
  wrap: (line: ProgramLine) => ProgramLine,
  pattern: RegExp,
): InstructionCounter {
  return {
    name,
    count: async (line, signal) => {
      const { stderr } = await runProgram(wrap(line), signal);
      const [, digits = ''] = pattern.exec(stderr) ?? [];
      const instructions = Number(digits.replaceAll(',', '') || Number.NaN);
      if (Number.isNaN(instructions))
        throw new Error(`${name} counted nothing: ${stderr.slice(-300)}`);
      return instructions;
    },
  };
}

/** Enough for the compiler to be done, and for the difference to stand out of what two equal runs differ by. */
const WARM_UP = 20_000;
const COUNTED = 100_000;

/**
 * Instructions a call of each function: of a process that calls it so many times more than another
 * does, which cancels the start of Node and the compiler.
 */
export async function instructionsPerCall(
  counter: InstructionCounter,
  bundle: PolicyBundle,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const run = (counted: string | undefined) => {
    const calls = names.map(
      (name): CallCount => ({ name, warmUp: WARM_UP, count: name === counted ? COUNTED : 0 }),
    );
    return counter.count(nodeLine(bundle, { kind: 'count', calls }), signal);
  };
  const idle = await run(undefined);
  const figures: Record<string, number> = {};
  for (const name of names) figures[name] = ((await run(name)) - idle) / COUNTED;
  return figures;
}
