import { CONFUSION_FAMILIES } from '../arbitraries/confusions.ts';
import type { Coverage } from '../arbitraries/coverage.ts';
import type { BreakClass } from './classify.ts';
import type { AspectState } from './explore.ts';
import type { Finding } from './finding.ts';
import type { IsolationProperty } from './property.ts';
import type { Refusal } from './refusals.ts';

/** What became of one property. */
export interface PropertyResult {
  readonly id: string;
  readonly states: string;
  readonly verdict: 'held' | 'broken' | 'skipped';
  /** Of a broken one: the gravest of its findings. */
  readonly class?: BreakClass;
  /** Histories that could have broken it. */
  readonly tries: number;
  readonly counterexample?: Finding['counterexample'];
  /** Every aspect: what was tried, how often, and what was found or why it was skipped. */
  readonly aspects: readonly AspectResult[];
}

export interface AspectResult {
  readonly aspect: string;
  readonly verdict: 'held' | 'broken' | 'skipped';
  readonly tries: number;
  readonly refused: number;
  readonly reason?: string;
  readonly finding?: Finding;
}

/** Why an aspect, or all of them, could not be tried. */
const REFUSED = 'every input was refused';

/** From the gravest to the least grave. */
const CLASSES: readonly BreakClass[] = ['no-mechanism', 'mechanism', 'unusual-ids'];

export function summarise(
  properties: readonly IsolationProperty[],
  states: readonly AspectState[],
): PropertyResult[] {
  return properties.map((property) => {
    const aspects = states.filter((state) => state.property === property).map(summariseAspect);
    const tries = aspects.reduce((sum, one) => sum + one.tries, 0);
    const known = { id: property.id, states: property.states, tries, aspects };
    const gravest = CLASSES.flatMap((kind) =>
      aspects.flatMap(({ finding }) => (finding?.class === kind ? [finding] : [])),
    )[0];
    if (gravest !== undefined) {
      const { class: kind, counterexample } = gravest;
      return { ...known, verdict: 'broken', class: kind, counterexample };
    }
    return { ...known, verdict: aspects.some(isHeld) ? 'held' : 'skipped' };
  });
}

function isHeld({ verdict }: AspectResult): boolean {
  return verdict === 'held';
}

function summariseAspect(state: AspectState): AspectResult {
  const { aspect, skipped, triesCount, refusedCount, finding } = state;
  const known = { aspect: aspect.name, tries: triesCount, refused: refusedCount };
  if (finding !== undefined) return { ...known, verdict: 'broken', finding };
  if (triesCount > 0) return { ...known, verdict: 'held' };
  const untried = refusedCount > 0 ? REFUSED : 'what it speaks of never came about';
  return { ...known, verdict: 'skipped', reason: skipped ?? untried };
}

/** FAIL: something is broken. INVALID: what had to be tried was not. */
export type CheckVerdict = 'PASS' | 'FAIL' | 'INVALID';

export interface CheckJudgement {
  readonly verdict: CheckVerdict;
  readonly reasons: readonly string[];
}

/** A check that could not have failed is no pass. */
export function judgeCheck(
  results: readonly PropertyResult[],
  coverage: Coverage,
  refusals: readonly Refusal[],
  isInterrupted: boolean,
): CheckJudgement {
  const broken = results.filter(({ verdict }) => verdict === 'broken');
  if (broken.length > 0) {
    return {
      verdict: 'FAIL',
      reasons: broken.map(({ id, states }) => `${id} is broken: ${states}`),
    };
  }
  const untried = results.flatMap(untriedOf);
  const isAllRefused = refusals.length > 0 && results.every(({ tries }) => tries === 0);
  const isRefused = isAllRefused || untried.some((reason) => reason.endsWith(REFUSED));
  const missing = coverage.missing(CONFUSION_FAMILIES);
  const reasons = [
    ...(isRefused ? [tellRefusals(refusals, isAllRefused)] : []),
    ...(isInterrupted ? ['interrupted before everything was tried'] : []),
    ...untried,
    // Neither more time nor more tries would help where all that comes is refused.
    ...(missing.length > 0 && !isAllRefused
      ? [
          `kinds of confusion that were never tried, for want of --minutes or --tries: ${missing.join(', ')}`,
        ]
      : []),
  ];
  return { verdict: reasons.length > 0 ? 'INVALID' : 'PASS', reasons };
}

/** The commonest refusal is the example: it is most likely the one to be mended. */
function tellRefusals(refusals: readonly Refusal[], areAll: boolean): string {
  const [common] = [...refusals].sort((one, other) => other.count - one.count);
  const what = areAll ? REFUSED : 'inputs were refused';
  if (common === undefined) return what;
  const { operation, tenant, key, message } = common;
  const input = key === undefined ? `"${tenant}"` : `"${tenant}", "${key}"`;
  const said = message.length > SAID_MAX ? `${message.slice(0, SAID_MAX - 3)}...` : message;
  return `${what}, as ${operation}(${input}) was, which threw ${said}`;
}

/** What was thrown is a line of its own, if it must. */
const SAID_MAX = 76;

/** P1, P2 and an offered clear are what the check is for. */
function untriedOf({ id, verdict, aspects }: PropertyResult): string[] {
  if ((id === 'P1' || id === 'P2') && verdict === 'skipped') {
    const why = aspects.find(({ reason }) => reason !== undefined)?.reason ?? '';
    return [`${id} could not be tried: ${why}`];
  }
  if (id !== 'P4' && id !== 'P5') return [];
  return aspects
    .filter(({ aspect, verdict: one }) => aspect === 'clear' && one === 'skipped')
    .filter(({ reason }) => reason !== undefined && !reason.startsWith('no clear()'))
    .map(({ reason }) => `${id}, clear could not be tried: ${reason}`);
}

export function exitCodeOfCheck(verdict: CheckVerdict): 0 | 1 | 2 {
  switch (verdict) {
    case 'PASS':
      return 0;
    case 'FAIL':
      return 1;
    case 'INVALID':
      return 2;
  }
}
