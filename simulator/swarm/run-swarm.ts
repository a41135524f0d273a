import type { Progress } from '../../results/output/progress.ts';
import { writeJson, writeToStdout } from '../../results/output/write-json.ts';
import { colorsFor } from '../../results/report.ts';
import { wrap } from '../../results/wrap.ts';
import { FAULT_KINDS } from '../faults.ts';
import { tryInWorkers } from './try-in-workers.ts';
import type { SwarmTry } from './try-seed.ts';

export interface SwarmFlags {
  readonly seed: number;
  /** Simulations, each of the seed after the last one's. */
  readonly runs: number;
  readonly workers: number;
  readonly json: string | undefined;
}

const TOLD_EVERY = 25;
/** Violations of one seed that are shown. */
const VIOLATIONS_SHOWN = 10;

/**
 * Simulates thousands of drawn deployments under drawn faults, over all cores, and stops at the
 * first violation, which a line repeats; the exit code.
 */
export async function runSwarm(
  { seed, runs, workers, json }: SwarmFlags,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const tally = { runs: 0, requestCount: 0, faults: new Map<string, number>() };
  let broken: SwarmTry | undefined;
  for await (const one of tryInWorkers(seed, runs, workers, signal)) {
    tally.runs += 1;
    tally.requestCount += one.requestCount;
    for (const kind of one.faults) tally.faults.set(kind, (tally.faults.get(kind) ?? 0) + 1);
    if (tally.runs % TOLD_EVERY === 0) progress.advance(tally.runs, runs, 'simulations');
    if (one.violations.length > 0) {
      broken = one;
      break;
    }
  }
  progress.finish();
  const verdict = broken ? 'FAIL' : tally.runs < runs ? 'INCONCLUSIVE' : 'PASS';
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, tally.faults.get(kind) ?? 0]));
  if (json !== undefined) {
    const { runs: tried, requestCount } = tally;
    await writeJson(json, {
      kind: 'swarm',
      seed,
      runs: tried,
      requestCount,
      faults,
      verdict,
      broken,
    });
  }
  if (json !== '-') {
    const colors = colorsFor(process.stdout, process.env);
    const faultCount = Object.values(faults).reduce((sum, count) => sum + count, 0);
    const done = `${tally.runs} simulations, ${tally.requestCount} requests, ${faultCount} faults`;
    const lines =
      broken === undefined
        ? [`${done}: ${verdict === 'PASS' ? colors.green('PASS') : colors.yellow(verdict)}`]
        : [
            `${done}: ${colors.red('FAIL')}`,
            ...broken.violations
              .slice(0, VIOLATIONS_SHOWN)
              .map(({ checker, atS, tenant, message }) =>
                wrap(`${checker}, ${atS.toFixed(6)} s, ${tenant ?? 'all'}: ${message}`, '  - '),
              ),
            `replay: partywall simulate swarm --seed ${broken.seed} --runs 1`,
          ];
    await writeToStdout(`${lines.join('\n')}\n`);
  }
  return { PASS: 0, FAIL: 1, INCONCLUSIVE: 2 }[verdict];
}
