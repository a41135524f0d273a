import { type Observer, type StepView, type Violation, ViolationList } from './observer.ts';

/**
 * Jain's fairness index of shares: 1 where all are equal, 1/n where one has everything. (Jain, Chiu,
 * Hawe, "A quantitative measure of fairness and discrimination for resource allocation in shared
 * computer systems", DEC-TR-301, 1984.) Undefined without a share above 0.
 */
export function jainsIndex(shares: readonly number[]): number | undefined {
  const sum = shares.reduce((total, one) => total + one, 0);
  const squares = shares.reduce((total, one) => total + one * one, 0);
  return squares === 0 ? undefined : (sum * sum) / (shares.length * squares);
}

/** Smallest share over the largest: 1 is fair, 0 is somebody with nothing. */
export function minMaxRatio(shares: readonly number[]): number | undefined {
  const largest = Math.max(...shares);
  return shares.length === 0 || largest === 0 ? undefined : Math.min(...shares) / largest;
}

/** A tenant that asks within its limit, on a deployment in order, gets what it asks for. */
const JAIN_MIN = 0.99;
const MIN_MAX_MIN = 0.9;
/** Fewer requests of a tenant in a step say nothing of its share. */
const REQUESTS_MIN = 200;
/** Beyond this part of its limit a tenant is throttled by its own doing. */
const LIMIT_PART = 0.8;

export interface FairnessScope {
  /** Admitted requests a second of each tenant. */
  readonly limitPerSecond: readonly number[];
  readonly stepS: number;
  /** Whether everything is in order from then on, and was a step before: no fault, no recovery. */
  isCalm(fromUs: number, toUs: number): boolean;
}

/**
 * Tenants that stay within their limits are answered alike, whatever others ask for: of their
 * shares answered/asked in a calm step Jain's index is at least .99 and the Min-Max Ratio .9.
 * Smallest history that breaks it: two tenants of 200 requests, one with 200 answers, the other
 * with 100. Latency is left out, and so are steps with a fault in them.
 */
export class FairnessChecker implements Observer {
  readonly name = 'fairness';
  private readonly scope: FairnessScope;
  private readonly found = new ViolationList(this.name);
  /** Least of both over the steps that were looked at; 1 where there was none. */
  jainMin = 1;
  minMaxMin = 1;
  stepCount = 0;

  constructor(scope: FairnessScope) {
    this.scope = scope;
  }

  stepEnded({ atUs, holdings, stepCounts }: StepView): void {
    const { limitPerSecond, stepS, isCalm } = this.scope;
    if (!isCalm(atUs - stepS * 1e6, atUs)) return;
    const shares: number[] = [];
    holdings.forEach((_, tenant) => {
      const { requests, hits, loaded } = stepCounts(tenant);
      const isWithin = requests <= LIMIT_PART * (limitPerSecond[tenant] as number) * stepS;
      // Answers to the step before are among these: a share may exceed 1 by them.
      if (requests >= REQUESTS_MIN && isWithin)
        shares.push(Math.min(1, (hits + loaded) / requests));
    });
    const jain = jainsIndex(shares);
    const minMax = minMaxRatio(shares);
    if (shares.length < 2) return;
    this.stepCount += 1;
    this.jainMin = Math.min(this.jainMin, jain ?? 0);
    this.minMaxMin = Math.min(this.minMaxMin, minMax ?? 0);
    if ((jain ?? 0) < JAIN_MIN || (minMax ?? 0) < MIN_MAX_MIN) {
      const figures = `Jain's index ${(jain ?? 0).toFixed(4)}, Min-Max Ratio ${(minMax ?? 0).toFixed(4)}`;
      this.found.add(atUs, -1, `${shares.length} tenants within their limits: ${figures}`);
    }
  }

  get violations(): readonly Violation[] {
    return this.found.items;
  }
}
