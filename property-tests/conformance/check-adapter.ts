import { counted } from '../../results/counted.ts';
import type { Adapter } from './adapter.ts';
import { Bench } from './bench.ts';
import { explore, startStates, type Visited } from './explore.ts';
import { type CheckJudgement, judgeCheck, type PropertyResult, summarise } from './judge-check.ts';
import { ISOLATION_PROPERTIES } from './properties/all-properties.ts';
import type { IsolationProperty } from './property.ts';
import { RedisInspector } from './redis-inspector.ts';
import type { Refusal } from './refusals.ts';
import { survey } from './survey.ts';

export interface CheckOptions {
  readonly redisUrl: string;
  /** Whether the server is ours alone; otherwise every id carries the nonce. */
  readonly isOwnServer: boolean;
  readonly seed: number;
  /** Tries of each aspect of a property. */
  readonly tries: number;
  readonly durationMs: number;
  readonly showValues: boolean;
  /** Letters and digits that nobody else uses; marks what the check writes. */
  readonly nonce: string;
  readonly nowMs: () => number;
  readonly properties?: readonly IsolationProperty[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, doing: string) => void;
}

/** What a check of one adapter found. */
export interface CheckResult extends CheckJudgement {
  readonly adapter: string;
  readonly properties: readonly PropertyResult[];
  readonly refusals: readonly Refusal[];
  /** Refusals of kinds beyond those listed. */
  readonly otherRefusals: number;
  /** Tries by kind of confusion. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Pieces of the layout that were learnt from its Redis keys. */
  readonly learnt: readonly string[];
  readonly remarks: readonly string[];
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

/**
 * The story of a check: look at what the cache offers and how it lays out its keys, try every
 * property with confusable tenants until tries or time are spent, simplify and classify what
 * breaks, and judge whether enough was tried.
 * @throws AdapterFault where the adapter breaks its contract
 */
export async function checkAdapter(adapter: Adapter, options: CheckOptions): Promise<CheckResult> {
  const { redisUrl, isOwnServer, nonce, nowMs, seed, tries, durationMs, showValues } = options;
  const { properties = ISOLATION_PROPERTIES, signal, onProgress } = options;
  const startedAtMs = nowMs();
  const mark = isOwnServer ? {} : { mark: nonce };
  const inspector = await RedisInspector.connect({ url: redisUrl, ...mark });
  try {
    const bench = new Bench({ adapter, redisUrl, inspector, nonce, isShared: !isOwnServer });
    const facts = await survey(bench, adapter.traits);
    const states = startStates(properties, facts);
    await explore(states, {
      ...{ bench, facts, seed, showValues, nowMs },
      triesMax: tries,
      untilMs: startedAtMs + durationMs,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onVisit: tellVisit(onProgress) }),
    });

    const results = summarise(properties, states);
    const interrupted = signal?.aborted ?? false;
    return {
      adapter: adapter.name,
      ...judgeCheck(results, bench.coverage, bench.refusals.list(), interrupted),
      properties: results,
      refusals: bench.refusals.list(),
      otherRefusals: bench.refusals.otherCount,
      coverage: bench.coverage.toJSON(),
      learnt: facts.vocabulary.separators.slice(0, LEARNT_SHOWN),
      remarks: await remarksOn(bench, inspector),
      interrupted,
      elapsedMs: Math.round(nowMs() - startedAtMs),
    };
  } finally {
    inspector.close();
  }
}

const LEARNT_SHOWN = 6;

function tellVisit(
  onProgress: (done: number, total: number, doing: string) => void,
): (done: number, total: number, visited: Visited) => void {
  return (done, total, { confusion, ordinary }) =>
    onProgress(done, total, `${ordinary ? 'ordinary names' : 'odd names'}: ${confusion.name}`);
}

/** What the owner of a server that is not ours alone wants to know. */
async function remarksOn(bench: Bench, inspector: RedisInspector): Promise<string[]> {
  const missing = await inspector.missingForeign();
  const lost = missing.slice(0, 3).join(', ');
  return [
    ...(missing.length > 0
      ? [
          `${counted(missing.length, 'key is', 'keys are')} gone that had been there before (${lost}): not by partywall itself`,
        ]
      : []),
    ...(bench.leftBehind > 0
      ? [`${counted(bench.leftBehind, 'key')} appeared without a mark of the check: left alone`]
      : []),
  ];
}
