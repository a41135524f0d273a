import type { Bench } from './bench.ts';
import type { Facts } from './facts.ts';
import { addBreak, examineBreak, type Finding, isConclusive } from './finding.ts';
import type { Aspect, IsolationProperty } from './property.ts';
import { mixSeed, type ScheduledConfusion, scheduleConfusions } from './schedule.ts';
import type { Trial } from './trial.ts';
import { runTrial, visit } from './try-aspect.ts';

/** What is known of an aspect so far. */
export interface AspectState {
  readonly property: IsolationProperty;
  readonly aspect: Aspect;
  /** Why it is not tried at all. */
  readonly skipped: string | undefined;
  /** Histories that could have broken it. */
  triesCount: number;
  refusedCount: number;
  visitsCount: number;
  finding?: Finding;
}

export interface ExploreOptions {
  readonly bench: Bench;
  readonly facts: Facts;
  readonly seed: number;
  /** Tries of each aspect. */
  readonly triesMax: number;
  readonly untilMs: number;
  readonly nowMs: () => number;
  readonly showValues: boolean;
  readonly signal?: AbortSignal;
  readonly onVisit?: (done: number, total: number, visited: Visited) => void;
}

/** What is tried in a turn, on one aspect after another. */
export type Visited = Pick<ScheduledConfusion, 'confusion' | 'ordinary'>;

/** An aspect that waits in real time is tried this often. */
const SLOW_VISITS_MAX = 8;

/** Tries all aspects in turn, confusion by confusion, until the tries or the time are spent. */
export async function explore(
  states: readonly AspectState[],
  options: ExploreOptions,
): Promise<void> {
  const confusions = scheduleConfusions(options.facts.vocabulary);
  const rounds = Math.ceil(options.triesMax / confusions.length);
  const total = Math.min(options.triesMax, rounds * confusions.length);
  for (let turn = 0; turn < total; turn += 1) {
    const scheduled = confusions[turn % confusions.length];
    if (scheduled === undefined) return;
    for (const [index, state] of states.entries()) {
      if (isDone(state)) continue;
      if (options.nowMs() > options.untilMs || options.signal?.aborted) return;
      options.onVisit?.(turn, total, scheduled);
      const seed = mixSeed(options.seed, turn * states.length + index);
      const found = await exploreOne(state, { ...scheduled, seed, triesMax: 1 }, options);
      if (found !== undefined) await tryOnOthers(found, states, options);
    }
    if (states.every(isDone)) return;
  }
}

function isDone({ skipped, finding, aspect, visitsCount }: AspectState): boolean {
  if (skipped !== undefined || (finding !== undefined && isConclusive(finding))) return true;
  return aspect.isSlow === true && visitsCount >= SLOW_VISITS_MAX;
}

async function exploreOne(
  state: AspectState,
  what: Parameters<typeof visit>[3],
  options: ExploreOptions,
): Promise<Finding | undefined> {
  const { bench, facts } = options;
  const { judgedCount, refusedCount, broken } = await visit(bench, facts, state.aspect, what);
  state.visitsCount += 1;
  state.triesCount += judgedCount;
  state.refusedCount += refusedCount;
  return broken === undefined ? undefined : noteBreak(state, broken, options);
}

/** The finding that a break makes or changes; undefined where it tells nothing more. */
async function noteBreak(
  state: AspectState,
  broken: Trial,
  { bench, facts, seed, showValues, nowMs }: ExploreOptions,
): Promise<Finding | undefined> {
  const { aspect, property, finding } = state;
  const canLackMechanism = property.canLackMechanism && aspect.concernsOwn !== true;
  const known = { bench, facts, aspect, canLackMechanism, seed, showValues, nowMs };
  state.finding =
    finding === undefined
      ? await examineBreak(broken, known)
      : await addBreak(finding, broken, known);
  return state.finding === finding ? undefined : state.finding;
}

/** What broke one aspect often breaks another, for which it may never be drawn. */
async function tryOnOthers(
  found: Finding,
  states: readonly AspectState[],
  options: ExploreOptions,
): Promise<void> {
  const { confusion, tenants, keys } = found.counterexample;
  const trial: Trial = { confusion, tenants, keys, prefix: 'k', form: 'plain' };
  for (const state of states) {
    if (isDone(state) || state.finding === found || state.aspect.isSlow) continue;
    const { kind } = await runTrial(options.bench, options.facts, state.aspect, trial);
    if (kind === 'held' || kind === 'broken') state.triesCount += 1;
    if (kind === 'broken') await noteBreak(state, trial, options);
  }
}

/** Where every aspect stands before anything is tried. */
export function startStates(properties: readonly IsolationProperty[], facts: Facts): AspectState[] {
  return properties.flatMap((property) =>
    property.aspects.map((aspect) => ({
      property,
      aspect,
      skipped: whySkipped(aspect, facts),
      triesCount: 0,
      refusedCount: 0,
      visitsCount: 0,
    })),
  );
}

function whySkipped(aspect: Aspect, facts: Facts): string | undefined {
  const missing = aspect.needs.filter((method) => !facts.methods.has(method));
  if (missing.length > 0) return `no ${missing.map((method) => `${method}()`).join(' and ')}`;
  return aspect.skippedBecause?.(facts);
}
