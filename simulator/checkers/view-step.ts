import type { ArraySpace } from '../array-space.ts';
import type { CounterTable } from '../counters.ts';
import type { Deployment } from '../deployment.ts';
import type { FlightPool } from '../flight-pool.ts';
import type { StepView } from './observer.ts';

/** What a view is taken of: a simulation. */
interface Viewed {
  readonly nowUs: number;
  readonly isDone: boolean;
  readonly unfinishedCount: number;
  readonly counters: CounterTable;
  readonly deployment: Deployment;
  readonly flights: FlightPool;
}

/** The step that has just ended, for observers. */
export function viewStep(viewed: Viewed, step: number): StepView {
  const { counters, deployment, flights, nowUs } = viewed;
  return {
    atUs: nowUs,
    isLast: viewed.isDone,
    holdings: deployment.spaces,
    recount: (tenant) => (deployment.spaces[tenant] as ArraySpace).countHolding(),
    stepCounts: (tenant) => counters.sum([tenant], step, step + 1),
    totalCounts: (tenant) => counters.sum([tenant], 0, step + 1),
    unfinishedCount: viewed.unfinishedCount,
    loadCount: flights.size,
  };
}
