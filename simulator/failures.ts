import type { Protection, SimulationOptions } from './options.ts';
import type { Preset } from './presets.ts';
import type { PhaseResult, Share, SimulationResult } from './result.ts';
import { findScenario, type Scenario, withoutProtections } from './scenarios.ts';

/** A failure that a multi-tenant cache is known for, and how it shows. */
export interface KnownFailure {
  readonly name: string;
  readonly scenario: string;
  /** The protection that is to make it go away. */
  readonly protection: Protection;
  /** What is measured, and in which unit. */
  readonly symptom: string;
  readonly unit: string;
  measure(phase: PhaseResult, options: SimulationOptions): number;
  /** Whether the failure shows, given the figure before and during the trouble. */
  shows(before: number, during: number): boolean;
  /** Whether nothing of it is left. */
  isGone(before: number, during: number): boolean;
}

/** The failure in both arms: without its protection, and with everything on. */
export interface FailureRow {
  readonly name: string;
  readonly protection: Protection;
  readonly symptom: string;
  readonly unit: string;
  readonly before: number;
  readonly unprotected: number;
  readonly protected: number;
  /** The symptom is there without the protection, and gone with it. */
  readonly isShown: boolean;
  readonly isGone: boolean;
}

export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    name: 'namespace collision',
    scenario: 'collision',
    protection: 'namespace',
    symptom: "another tenant's answers, of 10,000",
    unit: '',
    measure: ({ total }) => (10_000 * total.counts.foreign) / total.counts.requests,
    shows: (_before, during) => during >= 0.5,
    isGone: (_before, during) => during === 0,
  },
  {
    name: 'eviction cascade',
    scenario: 'cascade',
    protection: 'tenant-eviction',
    symptom: "neighbours' hit ratio",
    unit: '%',
    measure: ({ neighbours }) => 100 * (neighbours.hitRatio ?? Number.NaN),
    shows: (before, during) => before >= 75 && during <= 30,
    isGone: (before, during) => during >= before - 0.5,
  },
  {
    name: 'loose time-out',
    scenario: 'timeout',
    protection: 'timeout',
    symptom: "platinum's P95 (promised: 200 ms)",
    unit: 'ms',
    measure: (phase, options) => worstP95Ms(phase, options, 'platinum'),
    shows: (before, during) => before <= 200 && during >= 500,
    isGone: (_before, during) => during <= 205,
  },
  {
    name: 'hot tenant',
    scenario: 'spike',
    protection: 'limiter',
    symptom: "neighbours' mean latency",
    unit: 'ms',
    measure: ({ neighbours }) => neighbours.latency.meanUs / 1000,
    shows: (before, during) => during >= 3 * before,
    isGone: (before, during) => during <= 1.1 * before,
  },
  {
    name: 'invalidation of all',
    scenario: 'invalidation',
    protection: 'scoped-invalidation',
    symptom: "neighbours' hit ratio",
    unit: '%',
    measure: ({ neighbours }) => 100 * (neighbours.hitRatio ?? Number.NaN),
    shows: (before, during) => during <= before / 2,
    isGone: (before, during) => during >= before - 0.5,
  },
];

function worstP95Ms({ tenants }: PhaseResult, options: SimulationOptions, tier: string): number {
  const ofTier = tenants.filter((_, tenant) => options.tenants[tenant]?.tier.name === tier);
  return Math.max(...ofTier.map((share: Share) => share.latency.p95Us)) / 1000;
}

/** The runs of a failure: its scenario with everything on, and without the protection. */
export function armsOf(failure: KnownFailure, preset: Preset): readonly SimulationOptions[] {
  const options = (findScenario(failure.scenario) as Scenario).options(preset);
  return [options, withoutProtections(options, [failure.protection])];
}

/** One row of the table, from the results of both arms in the order of `armsOf`. */
export function failureRow(
  failure: KnownFailure,
  arms: readonly SimulationOptions[],
  results: readonly SimulationResult[],
): FailureRow {
  const figure = (arm: number, name: string) => {
    const phase = results[arm]?.phases.find((one) => one.name === name) as PhaseResult;
    return failure.measure(phase, arms[arm] as SimulationOptions);
  };
  const { name, protection, symptom, unit } = failure;
  return {
    name,
    protection,
    symptom,
    unit,
    before: figure(1, 'before'),
    unprotected: figure(1, 'during'),
    protected: figure(0, 'during'),
    isShown: failure.shows(figure(1, 'before'), figure(1, 'during')),
    isGone: failure.isGone(figure(0, 'before'), figure(0, 'during')),
  };
}
