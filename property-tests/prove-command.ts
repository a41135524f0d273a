import type { Command } from 'commander';
import type { ProveFlags, ProvePorts } from './prove/run-prove.ts';

const EXAMPLES = `
The laws P1 to P16, P18 and P19 are files of property-tests/laws. Servers are
our own, on free ports, and stopped at the end. Counterexamples are kept in
property-tests/counterexamples and tried first.

Examples:
  $ partywall prove                          fifteen minutes
  $ partywall prove --minutes 1 --on memory  a quick look, no Redis
  $ partywall prove --seed 7                 the same draws again
  $ partywall prove --json - --quiet         the record on standard output`;

/** Adds `partywall prove`: do the laws of isolation hold of our own core? */
export function addProveCommand(
  program: Command,
  exitWith: (code: number) => void,
  ports: ProvePorts,
): void {
  program
    .command('prove')
    .description('tries the laws of isolation on our core: memory, Redis, Redis Cluster')
    .option('--minutes <n>', 'how long to draw cases (15)')
    .option('--seed <n>', 'root of everything random, printed with each run')
    .option('--on <list>', 'some of memory, redis, cluster (all)')
    .option('--law <list>', 'some laws by name (all)')
    .option('--counterexamples <folder>', 'where they are kept and read')
    .option('--json <file>', 'write the record; - is standard output')
    .option('--junit <file>', 'write JUnit XML; - is standard output')
    .option('--html <file>', 'write a page in one file; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProveFlags) => {
      // Loaded where needed: the other commands do without the laws.
      const { runProve } = await import('./prove/run-prove.ts');
      exitWith(await runProve(flags, ports));
    });
}
