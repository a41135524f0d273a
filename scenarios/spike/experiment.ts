import type { Deployment } from './deployment.ts';
import type { LoadTools } from './load.ts';
import type { SpikeOptions } from './options.ts';
import type { Traffic } from './traffic.ts';

/** Everything an experiment is made of, once it stands. */
export interface Experiment {
  readonly options: SpikeOptions;
  readonly traffic: Traffic;
  readonly tools: LoadTools;
  readonly shared: Deployment;
  readonly placebo: Deployment | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export function sidesOf({ shared, placebo }: Experiment): readonly Deployment[] {
  return placebo ? [shared, placebo] : [shared];
}
