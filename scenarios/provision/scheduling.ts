import { runCommand } from './run-command.ts';

/** How a process can be made to yield to the others: a prefix of its command line. */
export interface LowerPriority {
  /** `idle`: runs only where nobody else wants the core. `none`: it runs like the others. */
  readonly kind: 'idle' | 'nice' | 'none';
  /** Put before the command; each word becomes the program it starts, so the pid stays. */
  readonly prefix: readonly string[];
}

const CANDIDATES: readonly LowerPriority[] = [
  { kind: 'idle', prefix: ['chrt', '-i', '0'] },
  { kind: 'nice', prefix: ['nice', '-n', '19'] },
];
const TRY_TIMEOUT_MS = 5_000;

/**
 * Finds, by trying, the lowest scheduling class this machine gives us. The hot tenant's generator
 * runs in it, so that making the load costs the measured side as little as possible.
 */
export async function findLowerPriority(
  env: NodeJS.ProcessEnv = process.env,
): Promise<LowerPriority> {
  for (const candidate of CANDIDATES) {
    const [program = '', ...args] = candidate.prefix;
    const tried = await runCommand(program, [...args, process.execPath, '--version'], {
      timeoutMs: TRY_TIMEOUT_MS,
      env,
    });
    if (tried.exitCode === 0) return candidate;
  }
  return { kind: 'none', prefix: [] };
}
