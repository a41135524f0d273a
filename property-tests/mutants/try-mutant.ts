import {
  assembleCore,
  type CoreParts,
  type CoreUnderTest,
  OUR_CORE,
} from '../laws/core-under-test.ts';
import { type Ground, MEMORY } from '../laws/ground.ts';
import type { AnyLaw } from '../laws/law.ts';
import { LAWS } from '../laws/laws.ts';
import { type Counterexample, type LawResult, proveLaw } from '../laws/prove-law.ts';
import { loadMutated } from './build-mutated.ts';
import type { CoreMutant, Mutant, VerifierMutant } from './mutant.ts';
import { CANARIES } from './verifier-mutants.ts';

export interface Kill {
  /** `P3`, or what of the verifier's own checks: `canary`, `coverage`. */
  readonly by: string;
  readonly law: string;
  /** Cases tried until it was found, the last included. */
  readonly tries: number;
}

/** A law that ended in an error of another kind than it speaks of. */
export interface Crash extends Kill {
  readonly message: string;
}

/** What was found out about a mutant. */
export interface MutantResult {
  readonly mutant: Mutant;
  /** By each law that found it, the laws' order. */
  readonly kills: readonly Kill[];
  readonly crashes: readonly Crash[];
  /** The smallest story that shows the fault, of the first kill. */
  readonly counterexample?: Counterexample;
}

export interface MutantEffort {
  readonly seed: number;
  /** Cases that each law may spend. */
  readonly cases: number;
  /** The laws to try; all unless given. */
  readonly laws?: readonly AnyLaw[];
  readonly ground?: Ground;
  /** False: without a story of the fault, which takes time to shrink. */
  readonly tells?: boolean;
}

/** Puts one mutant before the laws. */
export async function tryMutant(mutant: Mutant, effort: MutantEffort): Promise<MutantResult> {
  return mutant.kind === 'core' ? tryCore(mutant, effort) : tryVerifier(mutant, effort);
}

/** The core with the mutant's fault in it. */
export async function mutate({ edits, wrap = (core) => core }: CoreMutant): Promise<CoreUnderTest> {
  if (edits === undefined) return wrap(OUR_CORE);
  const parts = await loadMutated<CoreParts>('property-tests/laws/core-parts', edits);
  return wrap(assembleCore(parts));
}

async function tryCore(mutant: CoreMutant, effort: MutantEffort): Promise<MutantResult> {
  const core = await mutate(mutant);
  const kills: Kill[] = [];
  const crashes: Crash[] = [];
  let counterexample: Counterexample | undefined;
  for (const law of effort.laws ?? LAWS) {
    const result = await proveLaw(law, core, effort.ground ?? MEMORY, {
      ...effort,
      isOnce: true,
      shrinks: effort.tells !== false && isTold(counterexample, law, mutant),
    });
    if (result.verdict !== 'broken') continue;
    if (result.isCrash) {
      crashes.push(crashOf(result));
      continue;
    }
    kills.push({ by: law.property, law: law.name, tries: result.cases });
    if (isTold(counterexample, law, mutant)) counterexample = result.counterexample;
    if (effort.tells === false && law.property === mutant.killer) break;
  }
  return { mutant, kills, crashes, ...(counterexample === undefined ? {} : { counterexample }) };
}

function crashOf({ law, cases, counterexample }: LawResult): Crash {
  const { property: by, name } = law;
  return { by, law: name, tries: cases, message: counterexample?.message ?? '' };
}

/** One story a mutant: the property named for it tells it, or else the first. */
function isTold(told: Counterexample | undefined, law: AnyLaw, { killer }: CoreMutant): boolean {
  return told === undefined || law.property === killer;
}

/**
 * A verifier is found out by a canary that it lets live, or by what never happens in its runs; the
 * verifier as it is finds the canary, and meets everything, with the same seed and effort.
 */
async function tryVerifier(mutant: VerifierMutant, effort: MutantEffort): Promise<MutantResult> {
  const { LAWS: laws } = await loadMutated<{ LAWS: readonly AnyLaw[] }>(
    'property-tests/laws/laws',
    mutant.edits,
  );
  const sound = lawNamed(LAWS, mutant.law);
  const faulty = lawNamed(laws, mutant.law);
  const canary = CANARIES.find(({ law }) => law === mutant.law);
  const core = mutant.killer === 'canary' && canary ? canary.break(OUR_CORE) : OUR_CORE;
  const right = mutant.killer === 'canary' ? 'broken' : 'held';
  const how = { seed: effort.seed, cases: VERIFIER_CASES, isOnce: true, shrinks: false };
  const control = await proveLaw(sound, core, MEMORY, { ...how, isOnce: false });
  const result = await proveLaw(faulty, core, MEMORY, {
    ...how,
    cases: Math.max(VERIFIER_CASES, control.cases),
  });
  const crashes = [control, result].filter(({ isCrash }) => isCrash).map(crashOf);
  const isKilled = crashes.length === 0 && control.verdict === right && result.verdict !== right;
  const kill = { by: mutant.killer, law: mutant.law, tries: result.cases };
  return { mutant, kills: isKilled ? [kill] : [], crashes };
}

/** Cases in which a canary is found and everything met. */
const VERIFIER_CASES = 600;

function lawNamed(laws: readonly AnyLaw[], name: string): AnyLaw {
  const law = laws.find((one) => one.name === name);
  if (law === undefined) throw new Error(`no law ${name}`);
  return law;
}
