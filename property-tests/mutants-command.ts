import type { Command } from 'commander';
import type { MutantsFlags, MutantsPorts } from './mutants/run-mutants.ts';

const EXAMPLES = `
A mutant is our core, or our verifier, with one fault put in from outside: by an
edit of the text that is loaded, or by a wrapper. Exits with 1 if one survives,
with 2 if one was not found by the property named for it but by others, or by an
error that no law speaks of, or if the untouched core does not hold the laws
with the same seed. No server is needed.

Examples:
  $ partywall mutants                    the kill matrix, some minutes
  $ partywall mutants --cases 100        quicker, more blank cells
  $ partywall mutants --only 'global LRU,TTL copied'
  $ partywall mutants --html kills.html  the matrix as a page to show to others
  $ partywall mutants --json - --quiet   the record on standard output`;

/** Adds `partywall mutants`: do the laws find cores that are broken? */
export function addMutantsCommand(
  program: Command,
  exitWith: (code: number) => void,
  ports: MutantsPorts,
): void {
  program
    .command('mutants')
    .description('breaks our core in many ways, and expects the laws to notice')
    .option('--cases <n>', 'cases that each law may spend on a mutant (400)')
    .option('--seed <n>', 'root of everything random, printed with each run')
    .option('--only <list>', 'some mutants by name; any other word lists the names (all)')
    .option('--json <file>', 'write the record; - is standard output')
    .option('--junit <file>', 'write JUnit XML; - is standard output')
    .option('--html <file>', 'write a page with the kill matrix; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: MutantsFlags) => {
      // Loaded where needed: the other commands do without the laws.
      const { runMutants } = await import('./mutants/run-mutants.ts');
      exitWith(await runMutants(flags, ports));
    });
}
