import type { Bench } from './bench.ts';
import { type BreakClass, breaksUnrelated, findOrdinaryBreak } from './classify.ts';
import { type Counterexample, describeHistory } from './counterexample.ts';
import type { Facts } from './facts.ts';
import { minimise } from './minimise.ts';
import type { Aspect } from './property.ts';
import { type Trial, unusualOf } from './trial.ts';
import { runTrial, type TrialOutcome } from './try-aspect.ts';

/** A break of one aspect, as simple as it could be made. */
export interface Finding {
  readonly aspect: string;
  readonly class: BreakClass;
  /** What is unusual about the names, where it takes that to break. */
  readonly characters: readonly string[];
  readonly counterexample: Counterexample;
}

export interface FindingOptions {
  readonly bench: Bench;
  readonly facts: Facts;
  readonly aspect: Aspect;
  readonly canLackMechanism: boolean;
  readonly seed: number;
  readonly showValues: boolean;
  readonly nowMs: () => number;
}

const MINIMISE_TRIES_MAX = 150;
const MINIMISE_MS_MAX = 4_000;
const REPEATS = 3;

/** Simplifies a break that was found, says what kind it is, and shows it with the real keys. */
export async function examineBreak(found: Trial, options: FindingOptions): Promise<Finding> {
  const { bench, facts, aspect, canLackMechanism, seed } = options;
  const isSeparated = !canLackMechanism || !(await breaksUnrelated(bench, facts, aspect));
  const simplest = await simplify(found, options);
  if (!isSeparated) return show(simplest, 'no-mechanism', options);
  if (unusualOf(simplest).length === 0) return show(simplest, 'mechanism', options);

  const ordinary = await findOrdinaryBreak(bench, facts, aspect, seed);
  if (ordinary === undefined) return show(simplest, 'unusual-ids', options);
  const simple = await simplify(ordinary, options);
  return show(simple, 'mechanism', options);
}

/** More kinds of unusual names are looked for, but not for ever. */
const CHARACTERS_MAX = 8;

/** Whether looking further would tell nothing more. */
export function isConclusive(finding: Finding): boolean {
  return finding.class !== 'unusual-ids' || finding.characters.length >= CHARACTERS_MAX;
}

/**
 * A further break of an aspect that breaks for unusual names: its characters are added, and its
 * counterexample is taken where it is the less odd one.
 */
export async function addBreak(
  known: Finding,
  found: Trial,
  options: FindingOptions,
): Promise<Finding> {
  const isKnown = (trial: Trial) => unusualOf(trial).some((one) => known.characters.includes(one));
  if (isKnown(found)) return known;
  const simplest = await simplify(found, options);
  const unusual = unusualOf(simplest);
  if (isKnown(simplest)) return known;
  if (unusual.length === 0) return show(simplest, 'mechanism', options);
  const characters = [...known.characters, ...unusual];
  if (oddnessOf(unusual) >= oddnessOf(known.characters)) return { ...known, characters };
  return {
    ...(await show(simplest, 'unusual-ids', options)),
    characters: [...unusual, ...known.characters],
  };
}

/** Printable ASCII is the least odd; ill-formed text is the oddest. */
function oddnessOf(unusual: readonly string[]): number {
  return Math.max(
    ...unusual.map((one) => (/^[\x20-\x7e]$/.test(one) ? 1 : isIllFormed(one) ? 3 : 2)),
  );
}

function isIllFormed(text: string): boolean {
  return text === '\ufffd' || /^[\ud800-\udfff]$/.test(text);
}

function simplify(found: Trial, options: FindingOptions): Promise<Trial> {
  const { bench, facts, aspect, nowMs } = options;
  const breaks = async (trial: Trial) => {
    const { kind } = await runTrial(bench, facts, aspect, trial);
    return kind === 'broken';
  };
  const untilMs = nowMs() + MINIMISE_MS_MAX;
  return minimise(found, breaks, { triesMax: MINIMISE_TRIES_MAX, nowMs, untilMs });
}

async function show(trial: Trial, kind: BreakClass, options: FindingOptions): Promise<Finding> {
  const { bench, facts, aspect, showValues } = options;
  let shown: TrialOutcome & { kind: 'broken' } = {
    kind: 'broken',
    what: 'seen once, and not again when it was repeated',
    history: { steps: [], written: [] },
  };
  let repeatedCount = 0;
  for (let time = 0; time < REPEATS; time += 1) {
    const outcome = await runTrial(bench, facts, aspect, trial, true);
    if (outcome.kind !== 'broken') continue;
    repeatedCount += 1;
    shown = outcome;
  }
  const { what, history } = shown;
  const { confusion, tenants, keys } = trial;
  const repeated = { times: repeatedCount, of: REPEATS };
  const told = describeHistory(history, showValues);
  const counterexample = { what, confusion, tenants, keys, ...told, repeated };
  const characters = kind === 'unusual-ids' ? unusualOf(trial) : [];
  return { aspect: aspect.name, class: kind, characters, counterexample };
}
