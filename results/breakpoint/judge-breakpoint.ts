import { countReads } from '../reads.ts';
import type {
  BreakpointJudgement,
  BreakpointOptions,
  BreakpointRecord,
  Finding,
} from './breakpoint-schema.ts';
import { findBreakpoint } from './find-breakpoint.ts';
import { findGaveWay } from './gave-way.ts';
import { describeFinding, formatTimes } from './spell-finding.ts';
import { type BreakpointRound, type Disturbed, isTrial, type Trial, tryRound } from './trial.ts';

export interface BreakpointInput {
  readonly rounds: readonly BreakpointRound[];
  readonly options: BreakpointOptions;
  readonly ended: BreakpointRecord['ended'];
}

/** A round of one of the settings, as evidence or not. */
export type Tried = (Trial | Disturbed) & { readonly isProtected: boolean };

/** What one round says; undefined of the discarded one. Costs some milliseconds. */
export function tryBreakpointRound(
  round: BreakpointRound,
  { maxRisePercent, capUs, generatorCores }: BreakpointOptions,
): Tried | undefined {
  if (round.discarded) return undefined;
  const options = { maxRisePercent, capUs, generatorCores, rounds: 'auto', gate: [] } as const;
  const { isProtected } = round;
  return { ...tryRound(round, round.times, options), isProtected };
}

export function tryRounds({ rounds, options }: Omit<BreakpointInput, 'ended'>): Tried[] {
  return rounds.flatMap((round) => tryBreakpointRound(round, options) ?? []);
}

/** The rounds of one setting, those that are evidence and those that are none. */
export interface Sorted {
  readonly trials: readonly Trial[];
  readonly disturbed: readonly Disturbed[];
}

export function ofSetting(tried: readonly Tried[], isProtected: boolean): Sorted {
  const own = tried.filter((one) => one.isProtected === isProtected);
  return {
    trials: own.flatMap((one) => (isTrial(one) ? [one] : [])),
    disturbed: own.flatMap((one) => (isTrial(one) ? [] : [one])),
  };
}

/**
 * So many rounds in which the instrument was disturbed, and none sound: the rate is out of reach. A
 * generator that fell short of its rate will do so again; a host may only have had a bad moment.
 */
const DISTURBED_MAX = { generator: 2, host: 3 } as const;

function causeOf({ reasons }: Disturbed): keyof typeof DISTURBED_MAX {
  return reasons.some((reason) => /^(offered|CPU of)/.test(reason)) ? 'generator' : 'host';
}

/** The rungs that the instrument can measure at, and what is wrong with the next one. */
export function reachableRungs(
  rungs: readonly number[],
  { trials, disturbed }: Sorted,
): { readonly rungs: readonly number[]; readonly out: Disturbed | undefined } {
  const isOut = (rung: number) => {
    if (trials.some(({ times }) => times >= rung)) return false;
    const causes = disturbed.filter(({ times }) => times === rung).map(causeOf);
    const generator = causes.filter((cause) => cause === 'generator').length;
    return generator >= DISTURBED_MAX.generator || causes.length >= DISTURBED_MAX.host;
  };
  const at = rungs.findIndex(isOut);
  if (at === -1) return { rungs, out: undefined };
  const out = disturbed.find(({ times }) => times === rungs[at]);
  return { rungs: rungs.slice(0, at), out };
}

/**
 * Judges a run of rounds at different rates. Without a rate that must hold it only measures, and its
 * verdict is MEASURED as soon as something was shown with protections on. A value of another tenant
 * that came back is a FAIL at any rate. Pure.
 */
export function judgeBreakpoint(input: BreakpointInput): BreakpointJudgement {
  const { rounds, options } = input;
  const tried = tryRounds(input);
  const [on, off] = [true, false].map((isProtected) => findIn(input, tried, isProtected));
  const leaks = countReads(rounds)?.foreignCount ?? 0;
  const reasons = [
    ...(leaks > 0 ? [`${leaks} values that came back were another tenant's`] : []),
    ...(on ? [`with protections: ${describeFinding(on)}`] : []),
    ...(off ? [`without: ${describeFinding(off)}`] : []),
    ...compare(on, off),
    ...(input.ended === 'interrupted' ? ['the run was interrupted'] : []),
  ];
  const verdict = leaks > 0 ? 'FAIL' : verdictOf(on ?? off, options);
  return { verdict, reasons, protected: on ?? null, unprotected: off ?? null };
}

function verdictOf(
  finding: Finding | undefined,
  { atLeastTimes }: BreakpointOptions,
): BreakpointJudgement['verdict'] {
  if (!finding) return 'INCONCLUSIVE';
  if (finding.roundCount === 0 && finding.disturbedCount > 0) return 'INVALID';
  const { heldTimes, brokeTimes } = finding;
  if (atLeastTimes === null) {
    return heldTimes === null && brokeTimes === null ? 'INCONCLUSIVE' : 'MEASURED';
  }
  if (heldTimes !== null && heldTimes >= atLeastTimes) return 'PASS';
  return brokeTimes !== null && brokeTimes <= atLeastTimes ? 'FAIL' : 'INCONCLUSIVE';
}

/** Undefined where no round of the setting was tried. */
function findIn(
  { rounds, options, ended }: BreakpointInput,
  tried: readonly Tried[],
  isProtected: boolean,
): Finding | undefined {
  const sorted = ofSetting(tried, isProtected);
  const { trials, disturbed } = sorted;
  if (trials.length + disturbed.length === 0) return undefined;
  const reachable = reachableRungs(options.rungs, sorted);
  const found = findBreakpoint(trials, reachable.rungs);
  const { seemsBrokenTimes, heldTimes } = found;
  const broken = rounds.filter(
    (round) =>
      round.isProtected === isProtected &&
      trials.some((trial) => trial.round === round.round && trial.times === seemsBrokenTimes),
  );
  const top = reachable.rungs.at(-1);
  return {
    ...found,
    roundCount: trials.length,
    disturbedCount: disturbed.length,
    gaveWay: broken.length > 0 ? findGaveWay(broken) : null,
    limit:
      seemsBrokenTimes !== null
        ? null
        : limitOf(heldTimes === top ? null : ended, reachable, options),
  };
}

function limitOf(
  ended: BreakpointRecord['ended'],
  { rungs, out }: ReturnType<typeof reachableRungs>,
  { topIs }: BreakpointOptions,
): Finding['limit'] {
  if (out) {
    const why = `at ${formatTimes(out.times)} times the instrument fails: ${out.reasons[0]}`;
    return { by: causeOf(out), why };
  }
  if (ended !== null) return { by: 'time', why: 'the run ended before it could go higher' };
  const top = formatTimes(rungs.at(-1) ?? 0);
  return topIs === 'generator'
    ? { by: 'generator', why: `more than ${top} times cannot be offered from this host` }
    : { by: 'asked', why: `${top} times was the most asked for` };
}

/** What the protections are worth, as far as both intervals say. */
function compare(on: Finding | undefined, off: Finding | undefined): string[] {
  if (!on || !off) return [];
  if (on.heldTimes !== null && off.brokeTimes !== null && on.heldTimes >= off.brokeTimes) {
    const least = formatTimes(on.heldTimes / off.brokeTimes);
    return [`protections move the breakpoint at least ${least} times up`];
  }
  const isShown = [on, off].every(({ heldTimes, brokeTimes }) => heldTimes ?? brokeTimes);
  return isShown
    ? ['what the protections are worth is not shown: the intervals overlap, or are open']
    : [];
}
