import { showReport } from '../results/beside-outputs.ts';
import { encodeHistogram } from '../results/histogram.ts';
import type { Progress } from '../results/output/progress.ts';
import { tryAll } from '../results/output/try-all.ts';
import { writeJson, writeText } from '../results/output/write-json.ts';
import type { Checkers } from './checkers/make-checkers.ts';
import { judgeSimulation } from './judge.ts';
import type { SimulationOptions } from './options.ts';
import { makeSimulationRecord } from './record.ts';
import { renderSimulation } from './render.ts';
import { latencyRows, resultOf } from './result.ts';
import { judgeRounds } from './rounds.ts';
import type { Scenario } from './scenarios.ts';
import type { SimulateFlags } from './simulate-flags.ts';
import type { Simulation } from './simulation.ts';
import { simulationPage } from './simulation-page.ts';
import { timelinesOf } from './timelines.ts';

/** What a run was asked for. */
export interface AskedRun {
  readonly flags: SimulateFlags;
  readonly scenario: Pick<Scenario, 'name' | 'question' | 'checks'>;
  readonly options: SimulationOptions;
  readonly startedAt: string;
  /** The command line that repeats it. */
  readonly replay: string;
}

/** Judges a run that has ended, or was stopped; keeps its record, shows it; the exit code. */
export async function concludeRun(
  { flags, scenario, options, startedAt, replay }: AskedRun,
  simulation: Simulation,
  checkers: Checkers,
  progress: Progress,
): Promise<number> {
  const { seed, preset, without, json, html, quiet } = flags;
  const result = resultOf(seed, simulation, checkers);
  const judgement = simulation.isDone
    ? judgeSimulation(result, options, scenario.checks)
    : ({ verdict: 'INCONCLUSIVE', checks: [], reason: 'interrupted' } as const);
  const histograms = Object.fromEntries(
    options.phases.map(({ name }, phase) => {
      const rows = latencyRows(simulation, options.neighbours, [phase]);
      return [name, encodeHistogram(simulation.latencies.toHistogram(rows))];
    }),
  );
  const interrupted = !simulation.isDone;
  const facts = { scenario: scenario.name, preset, without, startedAt, interrupted };
  const record = makeSimulationRecord(facts, options, result, judgement, {
    rounds: simulation.isDone ? judgeRounds(simulation) : undefined,
    timelines: timelinesOf(simulation),
    histograms,
  });
  progress.finish();
  await showReport(
    (colors) => renderSimulation(record, options, scenario, replay, { colors }),
    { json, html },
    quiet,
  );
  await tryAll([
    async () => json === undefined || writeJson(json, record),
    async () =>
      html === undefined ||
      writeText(html, simulationPage(record, scenario.question, replay), '--html'),
  ]);
  return { PASS: 0, FAIL: 1, INCONCLUSIVE: 2 }[judgement.verdict];
}
