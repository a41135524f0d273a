import { Coverage } from '../arbitraries/coverage.ts';
import { casesOf, type Kept } from '../counterexamples/kept.ts';
import type { CoreUnderTest } from '../laws/core-under-test.ts';
import type { Ground } from '../laws/ground.ts';
import type { AnyLaw } from '../laws/law.ts';
import { type Counterexample, proveLaw } from '../laws/prove-law.ts';

export interface ProveRequest {
  readonly core: CoreUnderTest;
  readonly laws: readonly AnyLaw[];
  readonly grounds: readonly Ground[];
  readonly seed: number;
  readonly durationMs: number;
  readonly kept: readonly Kept[];
  readonly signal: AbortSignal;
  /** Told before each law of each pass. */
  readonly onStep: (doing: string, doneMs: number) => void;
}

/** What was found out about one law on one ground. */
export interface ProofLine {
  readonly property: string;
  readonly law: string;
  readonly statement: string;
  readonly ground: Ground['name'];
  readonly verdict: 'held' | 'broken' | 'invalid';
  readonly cases: number;
  readonly coverage: Coverage;
  /** What had to happen and did not. */
  readonly missing: readonly string[];
  readonly counterexample?: Counterexample;
}

/** Cases of a law in the first pass; each further pass takes twice as many. */
const FIRST_CASES: Readonly<Record<Ground['name'], number>> = {
  memory: 200,
  redis: 40,
  cluster: 20,
};

/**
 * Tries every law on every ground, in passes that grow, until the time is up: early on all have
 * been tried a little, in the end each as deep as there was time. A law that broke is not tried
 * further on that ground.
 */
export async function prove(request: ProveRequest): Promise<ProofLine[]> {
  const startedAtMs = performance.now();
  const untilMs = startedAtMs + request.durationMs;
  const lines = new Map<string, ProofLine>();
  const isOver = () => performance.now() >= untilMs || request.signal.aborted;
  for (let pass = 0; !isOver(); pass += 1) {
    let isAnyOpen = false;
    for (const ground of request.grounds) {
      for (const law of request.laws) {
        if (isOver()) break;
        if (!law.usesStore && ground.name !== 'memory') continue;
        const id = `${law.name} ${ground.name}`;
        const before = lines.get(id);
        if (before?.verdict === 'broken') continue;
        isAnyOpen = true;
        request.onStep(
          `${law.property} ${law.name} on ${ground.name}`,
          performance.now() - startedAtMs,
        );
        lines.set(id, await deepen(law, ground, before, pass, untilMs, request));
      }
    }
    if (!isAnyOpen) break;
  }
  return [...lines.values()];
}

async function deepen(
  law: AnyLaw,
  ground: Ground,
  before: ProofLine | undefined,
  pass: number,
  untilMs: number,
  { core, seed, kept }: ProveRequest,
): Promise<ProofLine> {
  const { verdict, cases, coverage, missing, counterexample } = await proveLaw(law, core, ground, {
    // Passes apart by more than the rounds of one.
    seed: seed + pass * 16,
    cases: FIRST_CASES[ground.name] * 2 ** pass,
    untilMs,
    kept: pass === 0 ? casesOf(kept, law.name) : [],
    coverage: before?.coverage ?? new Coverage(),
  });
  return {
    property: law.property,
    law: law.name,
    statement: law.statement,
    ground: ground.name,
    verdict,
    cases: (before?.cases ?? 0) + cases,
    coverage,
    missing,
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}
