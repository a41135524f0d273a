/**
 * What was found of one thing that a run needs or profits from.
 * `first-use`: not there, and made by the first run that needs it. `degraded`: a run works, and
 * decides less. `missing`: a run cannot work.
 */
export interface Finding {
  readonly name: string;
  readonly state: 'ready' | 'first-use' | 'degraded' | 'missing';
  readonly version?: string;
  /** Where it is, or what to do about it. */
  readonly detail: string;
}
