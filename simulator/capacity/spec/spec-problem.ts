/** One thing wrong with a spec, at a path inside it. */
export interface SpecProblem {
  readonly path: readonly PropertyKey[];
  readonly value: string;
  readonly expected: string;
}
