import type { Cell, Verdict } from '../../results/judgement.ts';
import { formatRiseShort } from '../../results/rise.ts';
import type { StressRecord } from '../../results/schema.ts';
import { renderTable } from '../../results/table.ts';
import { CONTROLS, type Control } from './control.ts';

/** What is kept of a control's run. */
export interface ControlRun {
  readonly control: string;
  readonly run: number;
  readonly seed: number;
  readonly verdict: Verdict;
  /** From the start of the command's run to its record, set-up and calibration included. */
  readonly seconds: number;
  /** Measured rounds, and how many of them had to be measured again. */
  readonly rounds: number;
  readonly repeats: number;
  /** Total rise and the part due to sharing of all neighbours, as logarithms; null where unknown. */
  readonly p50: readonly [number | null, number | null];
  readonly p95: readonly [number | null, number | null];
}

export function describeRun(
  control: Control,
  run: number,
  record: StressRecord,
  seconds: number,
): ControlRun {
  const measured = record.rounds.filter(({ discarded }) => !discarded);
  const attempts = measured.flatMap(({ windows }) => windows.map(({ attempt }) => attempt));
  const lastAttempts = measured.map(({ windows }) =>
    Math.max(0, ...windows.map(({ attempt }) => attempt)),
  );
  return {
    control: control.name,
    run,
    seed: record.seed,
    verdict: record.judgement.verdict,
    seconds: Math.round(seconds),
    rounds: measured.length,
    repeats: attempts.length === 0 ? 0 : lastAttempts.reduce((sum, one) => sum + one, 0),
    p50: risesOf(record.judgement.cells, 0.5),
    p95: risesOf(record.judgement.cells, 0.95),
  };
}

function risesOf(cells: readonly Cell[], ratio: number): [number | null, number | null] {
  for (const cell of cells) {
    if (cell.kind !== 'latency' || cell.group !== 'all' || cell.ratio !== ratio) continue;
    return [cell.total.mean, cell.sharing?.mean ?? null];
  }
  return [null, null];
}

/** Whether every control gave what it must, as often as it must; undefined where it was not run. */
export function holds(control: Control, runs: readonly ControlRun[]): boolean | undefined {
  const own = runs.filter((run) => run.control === control.name);
  if (own.length === 0) return undefined;
  const right = own.filter(({ verdict, rounds }) => rounds > 0 && control.gives(verdict)).length;
  return right >= control.shareMin * own.length;
}

/** A row a run, and below it what each control had to give. */
export function renderSummary(runs: readonly ControlRun[]): string {
  const head = ['control', 'run', 'verdict', 's', 'rounds', 'P50 T', 'A', 'P95 T', 'A'];
  const rows = runs.map((run) => [
    run.control,
    String(run.run),
    run.verdict,
    String(run.seconds),
    run.repeats === 0 ? String(run.rounds) : `${run.rounds} (+${run.repeats})`,
    ...[...run.p50, ...run.p95].map((rise) => (rise === null ? '-' : formatRiseShort(rise))),
  ]);
  const expectations = CONTROLS.flatMap((control) => {
    const own = runs.filter((run) => run.control === control.name);
    const held = holds(control, own);
    if (held === undefined) return [];
    const right = own.filter(({ verdict }) => control.gives(verdict)).length;
    return [
      `${control.name}: ${control.expected}: ${right} of ${own.length}, ${held ? 'holds' : 'BROKEN'}`,
    ];
  });
  return [renderTable(head, rows), '', ...expectations].join('\n');
}
