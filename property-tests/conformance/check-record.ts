import type { Host } from '../../results/schema.ts';
import type { CheckResult } from './check-adapter.ts';
import type { CheckVerdict, PropertyResult } from './judge-check.ts';

/** Version of {@link CheckRecord}; a field that changes its meaning, or leaves, raises it. */
export const CHECK_RECORD_VERSION = 1;

/** What `partywall check --json` writes. */
export interface CheckRecord {
  readonly kind: 'check';
  readonly version: typeof CHECK_RECORD_VERSION;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  readonly host: Host;
  readonly gitRevision: string | null;
  /** Name of the adapter, or of both where our own stores were checked. */
  readonly adapter: string;
  readonly verdict: CheckVerdict;
  readonly reasons: readonly string[];
  /** Of several adapters, the worst that was found of each property. */
  readonly properties: readonly PropertyResult[];
  /** Each adapter for itself. */
  readonly results: readonly CheckResult[];
  readonly replay: string;
  readonly interrupted: boolean;
}

export type CheckRunFacts = Pick<
  CheckRecord,
  'startedAt' | 'seed' | 'options' | 'host' | 'gitRevision' | 'replay'
>;

export function makeCheckRecord(
  facts: CheckRunFacts,
  results: readonly CheckResult[],
): CheckRecord {
  const [first] = results;
  if (first === undefined) throw new Error('nothing was checked');
  return {
    kind: 'check',
    version: CHECK_RECORD_VERSION,
    ...facts,
    adapter: results.map(({ adapter }) => adapter).join('; '),
    verdict: worstVerdict(results),
    reasons: results.flatMap(({ adapter, reasons }) =>
      reasons.map((reason) => (results.length === 1 ? reason : `${adapter}: ${reason}`)),
    ),
    properties: first.properties.map(({ id }) => worstOf(id, results)),
    results,
    interrupted: results.some(({ interrupted }) => interrupted),
  };
}

const VERDICTS: readonly CheckVerdict[] = ['FAIL', 'INVALID', 'PASS'];

function worstVerdict(results: readonly CheckResult[]): CheckVerdict {
  return VERDICTS.find((one) => results.some(({ verdict }) => verdict === one)) ?? 'INVALID';
}

function worstOf(id: string, results: readonly CheckResult[]): PropertyResult {
  const found = results.flatMap(({ properties }) => properties.filter((one) => one.id === id));
  const order = ['broken', 'held', 'skipped'] as const;
  const worst = order.flatMap((verdict) => found.filter((one) => one.verdict === verdict))[0];
  if (worst === undefined) throw new Error(`no result of ${id}`);
  return { ...worst, tries: found.reduce((sum, { tries }) => sum + tries, 0) };
}
