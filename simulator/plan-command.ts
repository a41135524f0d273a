import type { Command } from 'commander';

const EXAMPLES = `
Examples:
  $ partywall plan large                     a published deployment: 200 tenants, 40,000 lookups/s`;

/** `partywall plan`: what must be bought, how far the edge is, and when it is reached. */
export function addPlanCommand(program: Command, exitWith: (code: number) => void): void {
  program
    .command('plan')
    .description(
      'what must be bought so that every tier keeps its promise, and until when it lasts',
    )
    .argument('[spec]', 'a YAML or JSON file, or small, medium, large', 'large')
    .option('--seed <n>', 'of the worlds that are drawn', '42')
    .option('--worlds <n>', 'worlds drawn from the intervals', '512')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (spec: string, flags: Record<string, unknown>) => {
      // Loaded where needed: the planner's libraries are no business of the other commands.
      const { runPlan } = await import('./capacity/command/run-plan.ts');
      exitWith(await runPlan(spec, flags));
    });
}
