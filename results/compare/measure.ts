/** One figure of a record, a value a round. */
export interface Measure {
  readonly name: string;
  /** What several measures have in common, and what tells this one apart from them. */
  readonly place?: { readonly group: string; readonly label: string };
  readonly unit: string;
  /** Whether it decides, or is only shown. */
  readonly gated: boolean;
  readonly better: 'lower' | 'higher';
  /** `ratio`: positive figures, compared by their ratio. `logarithm`: already logarithms of
   * ratios. `points`: percentage points, compared by their difference. */
  readonly scale: 'ratio' | 'logarithm' | 'points';
  readonly rounds: readonly number[];
}
