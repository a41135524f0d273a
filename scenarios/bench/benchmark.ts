/** One way of doing something, measured beside others. */
export interface Contender {
  readonly name: string;
  /** Does it for one round; a figure in the unit of the benchmark. */
  measure(): Promise<number>;
}

/** Contenders whose rounds are interleaved, and what must be true of their figures. */
export interface Benchmark {
  readonly name: string;
  readonly unit: 'us' | 'ms' | '/s' | 'bytes' | '%' | 'instructions';
  readonly better: 'lower' | 'higher';
  readonly contenders: readonly Contender[];
  readonly limits: readonly Limit[];
  /** Fewer rounds than the others', where one takes long. */
  readonly roundsMax?: number;
  /** The contender that is not ours: comparisons take the others' figures over its of the round. */
  readonly reference?: string;
  /** Figures that repeat need no round to warm up. */
  readonly isExact?: boolean;
  /** Left out of a comparison's verdict: a quantile of few requests, which has limits of its own. */
  readonly isShownOnly?: boolean;
}

export interface Limit {
  readonly what: string;
  readonly contender: string;
  /** The contender of the same round that the figure is divided by; absent: the figure itself. */
  readonly over?: string;
  readonly bound: 'at most' | 'at least';
  readonly value: number;
  /** Whether GO or NO-GO depends on it. */
  readonly isTarget?: boolean;
}

/** Benchmarks that share what was started for them. */
export interface Suite {
  readonly name: string;
  readonly benchmarks: readonly Benchmark[];
  /** Versions of what was measured. */
  readonly tools: Readonly<Record<string, string>>;
  /** Takes back everything that was written and started. */
  close(): Promise<void>;
}

export interface Measured {
  readonly benchmark: Benchmark;
  /** Of each contender, a figure a round; the same rounds for all. */
  readonly figures: ReadonlyMap<string, readonly number[]>;
}
