import type { Host } from '../../results/schema.ts';
import { isTried, type ProofLine } from './prove.ts';

/** Version of {@link ProofRecord}; a field that changes its meaning, or leaves, raises it. */
export const PROOF_RECORD_VERSION = 1;

/** What `partywall prove --json` writes. */
export interface ProofRecord {
  readonly kind: 'proof';
  readonly version: typeof PROOF_RECORD_VERSION;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, string | number | null>>;
  readonly host: Host;
  readonly gitRevision: string | null;
  /** FAIL: a law is broken. INVALID: something that must happen never did. */
  readonly verdict: 'PASS' | 'FAIL' | 'INVALID';
  readonly reasons: readonly string[];
  readonly cases: number;
  readonly casesPerMinute: number;
  /** Counterexamples of old that were tried first. */
  readonly keptCount: number;
  readonly properties: readonly ProofLine[];
  /** How often what happened, over all laws and grounds. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Files of the counterexamples that were found. */
  readonly found: readonly string[];
  readonly replay: string;
  readonly interrupted: boolean;
}

export type ProofFacts = Pick<
  ProofRecord,
  | 'startedAt'
  | 'seed'
  | 'options'
  | 'host'
  | 'gitRevision'
  | 'keptCount'
  | 'found'
  | 'replay'
  | 'interrupted'
>;

export function makeProofRecord(
  facts: ProofFacts,
  lines: readonly ProofLine[],
  elapsedMs: number,
): ProofRecord {
  const cases = lines.reduce((sum, line) => sum + line.cases, 0);
  const { interrupted } = facts;
  const reasons = [...lines.filter(isTried).flatMap(reasonsOf), ...untriedOf(lines, interrupted)];
  const isBroken = lines.some(({ verdict }) => verdict === 'broken');
  const isInvalid = reasons.length > 0 || lines.length === 0 || interrupted;
  return {
    kind: 'proof',
    version: PROOF_RECORD_VERSION,
    ...facts,
    verdict: isBroken ? 'FAIL' : isInvalid ? 'INVALID' : 'PASS',
    reasons: lines.length === 0 ? [noneTried(facts)] : reasons,
    cases,
    casesPerMinute: Math.round(cases / (elapsedMs / 60_000)),
    properties: lines,
    coverage: sumOf(lines),
  };
}

function noneTried({ interrupted }: ProofFacts): string {
  return interrupted ? 'interrupted before any law was tried' : 'no law was tried';
}

function reasonsOf({
  property,
  law,
  ground,
  verdict,
  missing,
  counterexample,
}: ProofLine): string[] {
  if (verdict === 'broken') return [`${property} ${law} on ${ground}: ${counterexample?.message}`];
  if (verdict === 'held') return [];
  return [`${property} ${law} on ${ground} never met: ${missing.join('; ')}`];
}

/** One reason a ground: a short run misses many laws there, all for the same reason. */
function untriedOf(lines: readonly ProofLine[], isInterrupted: boolean): string[] {
  const untried = lines.filter((line) => !isTried(line));
  return [...new Set(untried.map(({ ground }) => ground))].map((ground) => {
    const laws = untried.filter((line) => line.ground === ground).map(({ law }) => law);
    const what = laws.length === 1 ? laws[0] : `${laws.length} laws`;
    return isInterrupted
      ? `interrupted before ${what} could be tried on ${ground}`
      : `the time was over before ${what} could be tried on ${ground}: give more --minutes`;
  });
}

function sumOf(lines: readonly ProofLine[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { coverage } of lines) {
    for (const [what, count] of Object.entries(coverage.toJSON())) {
      sums.set(what, (sums.get(what) ?? 0) + count);
    }
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const EXIT_CODES = { PASS: 0, FAIL: 1, INVALID: 2 } as const;

export function exitCodeOfProof({ verdict }: ProofRecord): number {
  return EXIT_CODES[verdict];
}
