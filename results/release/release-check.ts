import type { Progress } from '../output/progress.ts';
import type { CheckState, Summary } from '../summary.ts';

/** One thing that must hold before a release. How it is found out comes from outside. */
export interface ReleaseStep {
  readonly name: string;
  /** What it answers, in a sentence. */
  readonly question: string;
  /** Names of what it leaves behind; what an earlier check left there is removed first. */
  readonly leaves?: readonly string[];
  run(signal: AbortSignal): Promise<StepFinding>;
}

export interface StepFinding {
  readonly state: CheckState;
  /** In one line. */
  readonly detail: string;
  /** Records and pages of this step, in the folder of the result. */
  readonly files: readonly string[];
}

export interface StepResult extends StepFinding {
  readonly name: string;
  readonly question: string;
  readonly seconds: number;
}

export interface ReleaseResult {
  readonly steps: readonly StepResult[];
  /** Left out by whoever asked: a GO says so. */
  readonly skipped: readonly string[];
  readonly allowInconclusive: boolean;
  /** Stopped before its end, which no rule allows to pass. */
  readonly interrupted: boolean;
  readonly startedAt: string;
}

export interface ReleaseRules {
  readonly skip: readonly string[];
  readonly allowInconclusive: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Runs every step, also after one that failed: a release that is held back wants to know all the
 * reasons. An interruption leaves the rest open.
 */
export async function runReleaseCheck(
  steps: readonly ReleaseStep[],
  { skip, allowInconclusive, now, signal, progress }: ReleaseRules,
): Promise<ReleaseResult> {
  const startedAt = new Date(now()).toISOString();
  const wanted = steps.filter(({ name }) => !skip.includes(name));
  const results: StepResult[] = [];
  for (const [index, step] of wanted.entries()) {
    const { name, question } = step;
    progress.advance(index, wanted.length, name);
    const startedMs = now();
    const finding = await findOut(step, signal);
    const seconds = (now() - startedMs) / 1_000;
    results.push({ name, question, seconds, ...finding });
    progress.say(`${name}: ${finding.state}, ${finding.detail}`);
  }
  const skipped = steps.map(({ name }) => name).filter((name) => skip.includes(name));
  const interrupted = signal.aborted;
  return { steps: results, skipped, allowInconclusive, interrupted, startedAt };
}

async function findOut(step: ReleaseStep, signal: AbortSignal): Promise<StepFinding> {
  if (signal.aborted) return { state: 'open', detail: 'not tried: interrupted', files: [] };
  try {
    return await step.run(signal);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { state: 'broken', detail: detail.replaceAll('\n', '; '), files: [] };
  }
}

/**
 * Whether to release: GO where every step passed, or was left out or allowed to be open, and nobody
 * stopped the check.
 */
export function summariseRelease(result: ReleaseResult): Summary {
  const { steps, skipped, allowInconclusive, interrupted, startedAt } = result;
  const state = stateOf(result);
  const without = skipped.length > 0 ? ` (without ${skipped.join(', ')})` : '';
  const holding = steps.filter((one) => one.state !== 'pass');
  return {
    title: 'partywall release-check',
    word: `${state === 'pass' ? 'GO' : 'NO-GO'}${without}`,
    state,
    sentence:
      state === 'pass'
        ? `${steps.length - holding.length} of ${steps.length} steps passed`
        : `${interrupted ? 'interrupted; ' : ''}${holding.length} of ${steps.length} steps hold the release back`,
    reasons: [
      ...holding.map(({ name, state: how, detail }) => `${name}: ${stateWords[how]}: ${detail}`),
      ...(steps.length === 0 ? ['nothing was checked'] : []),
      ...(allowInconclusive && state === 'pass' && holding.length > 0
        ? ['inconclusive steps were allowed']
        : []),
    ],
    checks: steps.map(({ name, state: how, detail, question }) => ({
      group: 'step',
      name,
      state: how,
      reason: `${question} ${detail}`,
    })),
    notes: [],
    startedAt,
  };
}

export const stateWords: Record<CheckState, string> = {
  pass: 'passed',
  fail: 'failed',
  open: 'inconclusive',
  broken: 'could not be tried',
};

function stateOf({ steps, allowInconclusive, interrupted }: ReleaseResult): CheckState {
  const has = (state: CheckState) => steps.some((one) => one.state === state);
  if (has('fail')) return 'fail';
  if (interrupted || has('broken') || steps.length === 0) return 'broken';
  return has('open') && !allowInconclusive ? 'open' : 'pass';
}
