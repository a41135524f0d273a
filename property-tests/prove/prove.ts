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
  /** What had to happen and did not; with no case tried, everything. */
  readonly missing: readonly string[];
  readonly counterexample?: Counterexample;
}

/** False for a law that the time did not reach on this ground: nothing is known of it there. */
export function isTried({ verdict, cases }: ProofLine): boolean {
  return verdict === 'broken' || cases > 0;
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
 * further on that ground; one that was not reached is invalid there.
 */
export async function prove(request: ProveRequest): Promise<ProofLine[]> {
  const startedAtMs = performance.now();
  const untilMs = startedAtMs + request.durationMs;
  const pairs = request.grounds.flatMap((ground) =>
    request.laws
      // A law that needs no store is tried once, beside the first ground.
      .filter((law) => law.usesStore || ground === request.grounds[0])
      .map((law) => ({ law, ground, id: `${law.name} ${ground.name}` })),
  );
  const lines = new Map(pairs.map(({ law, ground, id }) => [id, untried(law, ground)]));
  const isOver = () => performance.now() >= untilMs || request.signal.aborted;
  for (let pass = 0; !isOver(); pass += 1) {
    let isAnyOpen = false;
    for (const { law, ground, id } of pairs) {
      if (isOver()) break;
      const before = lines.get(id) ?? untried(law, ground);
      if (before.verdict === 'broken') continue;
      isAnyOpen = true;
      const doing = `${law.property} ${law.name} on ${ground.name}`;
      request.onStep(doing, performance.now() - startedAtMs);
      lines.set(id, await deepen(law, ground, before, pass, untilMs, request));
    }
    if (!isAnyOpen) break;
  }
  return [...lines.values()];
}

function untried({ property, name, statement, covers }: AnyLaw, ground: Ground): ProofLine {
  return {
    property,
    law: name,
    statement,
    ground: ground.name,
    verdict: 'invalid',
    cases: 0,
    coverage: new Coverage(),
    missing: covers,
  };
}

async function deepen(
  law: AnyLaw,
  ground: Ground,
  before: ProofLine,
  pass: number,
  untilMs: number,
  { core, seed, kept }: ProveRequest,
): Promise<ProofLine> {
  const { verdict, cases, missing, counterexample } = await proveLaw(law, core, ground, {
    // Passes apart by more than the rounds of one.
    seed: seed + pass * 16,
    cases: FIRST_CASES[ground.name] * 2 ** pass,
    untilMs,
    kept: pass === 0 ? casesOf(kept, law.name) : [],
    coverage: before.coverage,
  });
  // The time was over before the first case: what is known already stays.
  if (cases === 0 && verdict !== 'broken') return before;
  return {
    ...before,
    verdict,
    cases: before.cases + cases,
    missing,
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}
