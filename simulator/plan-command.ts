import type { Command } from 'commander';
import type { StartRedis } from './capacity/command/run-plan.ts';

const EXAMPLES = `
Examples:
  $ partywall plan large             200 tenants, 40,000 lookups/s: a preset
  $ partywall plan init > plan.yaml  a commented spec to fill in
  $ partywall plan plan.yaml --html plan.html --json plan.json
  $ partywall plan plan.yaml --fail-below-headroom 25
                                     exit 1 where today's has less
  $ partywall plan plan.yaml --baseline-report last.json  what changed since
  $ partywall plan from-redis redis://127.0.0.1:6379 > plan.yaml`;

/** `partywall plan`: what must be bought, how far the edge is, and when it is reached. */
export function addPlanCommand(
  program: Command,
  exitWith: (code: number) => void,
  startRedis: StartRedis,
): void {
  const plan = program
    .command('plan')
    .description(
      'what must be bought so that every tier keeps its promise, and until when it lasts',
    )
    .argument('[spec]', 'a YAML or JSON file, or small, medium, large', 'large')
    .option('--seed <n>', 'of the worlds that are drawn', '42')
    .option('--worlds <n>', 'worlds drawn from the intervals', '512')
    .option('--prices <file>', 'a price list instead of the shipped one')
    .option('--measure <what>', 'on a Redis of our own: none, memory, all (times too)', 'memory')
    .option('--no-simulate', 'leave out the check of the formulas by the simulator')
    .option('--check-live', 'check the formulas against a Redis of our own too: a minute')
    .option('--html <file>', 'the report as one self-contained page')
    .option('--markdown <file>', 'the report as Markdown (default: into a pipe)')
    .option('--csv <folder>', 'every table as a CSV file')
    .option('--json <file>', 'the plan as JSON; - is standard output')
    .option('--baseline-report <file>', 'an earlier plan (--json) to show the difference to')
    .option('--fail-below-headroom <percent>', 'exit 1 where less is free')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (spec: string, flags: Record<string, unknown>) => {
      // Loaded where needed: the planner's libraries are no business of the other commands.
      const { runPlan } = await import('./capacity/command/run-plan.ts');
      exitWith(await runPlan(spec, flags, startRedis));
    });
  addDraftCommands(plan, exitWith);
}

function addDraftCommands(plan: Command, exitWith: (code: number) => void): void {
  const drafts = () => import('./capacity/command/draft-commands.ts');
  plan
    .command('init')
    .description('writes a commented spec to standard output')
    .option('--schema', 'the JSON Schema of specs instead')
    .action(async ({ schema }: { schema?: boolean }) => {
      exitWith(await (await drafts()).runInit(schema ?? false));
    });
  plan
    .command('from-redis')
    .description('writes a draft spec of a live Redis, which is only read')
    .argument('<url>', 'redis://[user:password@]host:port')
    .option('--sample <n>', 'keys looked at, at most', '20000')
    .option('--watch <seconds>', 'between two readings, for rates', '5')
    .option('--quiet', 'no progress')
    .action(async (url: string, flags: Record<string, unknown>) => {
      exitWith(await (await drafts()).runFromRedis(url, flags));
    });
  plan
    .command('from-record')
    .description('writes a draft spec of a live run from its record')
    .argument('<file>', 'a record of partywall run')
    .action(async (file: string) => exitWith(await (await drafts()).runFromRecord(file)));
}
