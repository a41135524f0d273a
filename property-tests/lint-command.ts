import type { Command } from 'commander';
import type { LintFlags } from './lint/run-lint.ts';

const HELP = `
Rules:
  tenant-key    a key built from a tenant by template, + or join
  flush         FLUSHALL, FLUSHDB
  keys          KEYS
  scan-pattern  a MATCH pattern with unescaped text in it, unless its name says
                that it is fixed or a pattern: prefix, pattern, glob, SEPARATOR
  eval-keys     a script that takes a key from ARGV
  raw-client    any command on a client, where the tenant cache is in use

A comment on the line or above it allows one finding, and says why:
  // partywall-ignore keys: a maintenance script, never run beside tenants

Examples:
  $ partywall lint src
  $ partywall lint src --tenant-word project --json findings.json`;

/** Adds `partywall lint`: finds what goes around the wall in users' own sources. */
export function addLintCommand(program: Command, exitWith: (code: number) => void): void {
  program
    .command('lint')
    .argument('<path...>', 'files or folders with TypeScript or JavaScript sources')
    .description('finds Redis calls in your sources that go around the wall between tenants')
    .option(
      '--tenant-word <word...>',
      'also a tenant, besides tenant, org, workspace, account, ...',
    )
    .option('--raw-client', 'flag every command on a client (default: if partywall is imported)')
    .option('--no-raw-client', 'never do')
    .option('--tests', 'check tests, too: they may empty a Redis of their own')
    .option('--json <file>', 'write the findings as JSON; - is standard output')
    .addHelpText('after', HELP)
    .action(async (paths: string[], flags: LintFlags) => {
      // Loaded where needed: the parser is of no use to the other commands.
      const { runLint } = await import('./lint/run-lint.ts');
      exitWith(await runLint(paths, flags));
    });
}
