import type { Command } from 'commander';
import { showReport } from '../results/beside-outputs.ts';
import { counted } from '../results/counted.ts';
import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { prepareOutputs } from '../results/output/record-file.ts';
import { watched } from '../results/output/watched.ts';
import { writeJson } from '../results/output/write-json.ts';
import type { Colors } from '../results/table.ts';
import { type BenchOptions, parseBenchOptions } from './bench/bench-options.ts';
import type { Measured } from './bench/benchmark.ts';
import { judgeLimits } from './bench/judge-limit.ts';
import { renderBench } from './bench/render-bench.ts';
import type { BenchResult } from './bench/run-bench.ts';
import type { SimulatorSpeeds } from './bench/simulator-suite.ts';
import type { Editing } from './bench/slow-down.ts';
import { addBenchControlsCommand } from './bench-controls-command.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';

const EXAMPLES = `
Suites: core (a real Redis), policy (decisions, in Node and k6), simulator,
harness (k6), all. Contenders are interleaved in random order; the round is the
unit, the first one warms up. Exit 0 where every limit holds, 1 where one is
missed, 2 where one cannot be told. One round (--rounds 1) is measured for
others to compare and is not judged: exit 0.

Examples:
  $ partywall bench                        the core on a Redis of our own
  $ partywall bench core --redis redis://127.0.0.1:7000 --tenants 100
  $ partywall bench all --json bench.json  everything, kept for a comparison`;

/** `partywall bench`: what the core, the policy, the simulator and the load generator cost. */
export function addBenchCommand(
  program: Command,
  exitWith: (code: number) => void,
  loadSimulator: () => Promise<SimulatorSpeeds>,
  loadEditing: () => Promise<Editing>,
): void {
  const bench = program
    .command('bench')
    .description('measures what each part costs, and whether it stays within its limits')
    .argument('[suite]', 'core, policy, simulator, harness or all (core)')
    .option('--redis <url>', 'server to measure; without it one is embedded')
    .option('--allow-remote <host>', 'host that may be used although it is not this machine')
    .option('--namespace <name>', 'keeps our keys apart on a server that is not empty')
    .option('--tenants <n>', 'tenants of the targets (100)')
    .option('--rounds <n>', 'measured rounds (12)')
    .option('--no-instructions', 'policy: leaves out their counts, which take minutes by emulation')
    .option('--seed <n>', 'root of the random order')
    .option('--json <file>', 'where the record goes; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (suite: string | undefined, flags: Record<string, unknown>) => {
      exitWith(await benchCommand(suite, flags, loadSimulator));
    });
  addBenchControlsCommand(bench, exitWith, loadEditing);
}

async function benchCommand(
  suite: string | undefined,
  flags: Record<string, unknown>,
  loadSimulator: () => Promise<SimulatorSpeeds>,
): Promise<number> {
  const options = parseBenchOptions(suite, flags);
  const json = flags['json'] as string | undefined;
  const output = { json, isQuiet: flags['quiet'] === true };
  await prepareOutputs({ json });
  try {
    const result = await watched(output.isQuiet, async (around) => {
      // Loaded where needed: other commands work also where the core was not built yet.
      const { runBench } = await import('./bench/run-bench.ts');
      return runBench(options, around, loadSimulator);
    });
    await publish(result, options, output);
    if (result.record.interrupted) return EXIT_INTERRUPTED;
    return options.rounds === 1 ? 0 : exitCodeOf(result.measured);
  } catch (error) {
    if (!(error instanceof BrokenRunError)) throw error;
    await publish(error.record as BenchResult, options, output);
    throw error.cause;
  }
}

async function publish(
  { measured, record }: BenchResult,
  { rounds }: BenchOptions,
  { json, isQuiet }: { readonly json: string | undefined; readonly isQuiet: boolean },
): Promise<void> {
  const render = (colors: Colors) =>
    `${renderBench(measured, colors)}\n\nSeed ${record.seed}, ${counted(rounds, 'round')}.`;
  await showReport(render, { json }, isQuiet);
  if (json !== undefined) await writeJson(json, record);
}

/** A missed limit weighs more than one that cannot be told. */
export function exitCodeOf(measured: readonly Measured[]): 0 | 1 | 2 {
  const verdicts = measured.flatMap(judgeLimits).map(({ verdict }) => verdict);
  if (verdicts.includes('missed')) return 1;
  return verdicts.includes('cannot tell') ? 2 : 0;
}
