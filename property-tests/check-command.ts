import type { Command } from 'commander';
import { type CheckFlags, MINUTES_USUAL, TRIES_USUAL } from './conformance/check-flags.ts';
import type { CheckPorts } from './conformance/run-check.ts';

const EXAMPLES = `
The adapter is a module (.ts, .mts, .js, .mjs) whose default export is an
Adapter: see "Check your own cache in ten lines" in the README, and
property-tests/adapters.

Examples:
  $ partywall check                          our own stores
  $ partywall check ./my-cache.ts            your cache, on an embedded Redis
  $ partywall check ./my-cache.ts --seed 7   the same draws again
  $ partywall check ./my-cache.ts --json - --quiet
  $ partywall check ./my-cache.ts --redis redis://127.0.0.1:6390/5

A server that you name must be empty. Only keys that the check caused are looked
into or removed, and no FLUSH is sent; but what the cache under test does in its
own clear(), only its author knows.`;

/** Adds `partywall check`: is any tenant of this cache read or touched by another? */
export function addCheckCommand(
  program: Command,
  exitWith: (code: number) => void,
  ports: CheckPorts,
): void {
  program
    .command('check')
    .argument('[adapter]', 'module that exports an adapter; without it, our own stores')
    .description('searches a cache for reads and removals across tenants')
    .option('--redis <url>', 'server to check on (or REDIS_URL); without it one is embedded')
    .option('--allow-remote <host>', 'host that may be used although it is not this machine')
    .option('--allow-non-empty', 'the server may hold keys of others')
    .option('--tries <n>', `tries of each aspect of a property (${TRIES_USUAL})`)
    .option('--minutes <n>', `ends then at the latest, for each adapter (${MINUTES_USUAL})`)
    .option('--seed <n>', 'root of everything random, printed with each check')
    .option('--show-values', 'show the values in counterexamples')
    .option('--json <file>', 'write the record; - is standard output')
    .option('--junit <file>', 'write JUnit XML; - is standard output')
    .option('--html <file>', 'write a page in one file; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (adapter: string | undefined, flags: CheckFlags) => {
      // Loaded where needed: the other commands do without what draws histories.
      const { runCheck } = await import('./conformance/run-check.ts');
      exitWith(await runCheck(adapter, flags, ports));
    });
}
