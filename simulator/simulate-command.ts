import type { Command } from 'commander';

const EXAMPLES = `
Scenarios: steady, spike, cascade, stampede, invalidation, timeout, hot-tenant,
collision, cold-start, diurnal; replay: a trace
against one cache; failures: five known failures, with and without
the protection against each; verify: queues, cache and eviction against closed
forms; swarm: thousands of drawn deployments under drawn faults, watched by
checkers, until the first violation; speed: how fast it is here, and why.

Examples:
  $ partywall simulate failures                    five failures: shown, gone
  $ partywall simulate steady --preset large       200 tenants, 40,000/s, 1 h
  $ partywall simulate spike --without limiter     what the limiter is for
  $ partywall simulate cascade --html page.html    every tenant, to zoom into
  $ partywall simulate steady --resume hour.state  Ctrl-C keeps it; goes on
  $ partywall simulate swarm --runs 5000           faults in every mix
  $ partywall simulate replay --trace requests.csv.gz --policy lru \\
      --capacity 1000
  $ partywall simulate replay --trace requests.csv --policy redis-lru \\
      --capacity 64000000b
  $ partywall simulate replay --trace requests.csv --policy partywall \\
      --capacity 64000000b`;

/**
 * `partywall simulate`: a deployment in virtual time, or a trace against one cache.
 */
export function addSimulateCommand(
  program: Command,
  exitWith: (code: number) => void,
  /** An empty Redis of our own, for `verify`; without it that part is left out. */
  startRedis?: () => Promise<{ readonly url: string; stop(): Promise<void> }>,
): void {
  program
    .command('simulate')
    .description("asks what would happen: the cache's own policy in virtual time")
    .argument('[scenario]', 'the question; --help lists them')
    .option('--preset <size>', 'small, medium or large deployment (small)')
    .option('--without <list>', 'protections to take away, or all')
    .option('--seed <n>', 'root of everything random (1)')
    .option('--duration <seconds>', 'of virtual time, of a scenario that allows it')
    .option('--trace <file>', 'requests as time,key,size[,tenant], a line each; .gz too')
    .option(
      '--policy <name>',
      'of a replay: lru, redis-lru (sampled), or partywall: a deployment (lru)',
    )
    .option('--capacity <n>', 'of a replay: entries, or bytes with a b behind: 64000000b')
    .option('--rate <n>', "requests a second of a replay under redis-lru's clock (1000)")
    .option('--runs <n>', 'simulations of a swarm (2000), a seed each')
    .option('--workers <n>', 'threads of a swarm (as many as there are cores)')
    .option(
      '--resume <file>',
      'of a scenario: go on from this state if it is there; Ctrl-C leaves it',
    )
    .option('--html <file>', 'of a deployment: a page with every tenant over time, to zoom into')
    .option('--json <file>', 'where the record goes; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (scenario: string | undefined, flags: Record<string, unknown>) => {
      // Loaded where needed: other commands do not wait for it.
      const { runSimulate } = await import('./run-simulate.ts');
      exitWith(await runSimulate(scenario, flags, startRedis));
    });
}
