import { randomInt } from 'node:crypto';
import type { Progress } from '../../results/output/progress.ts';
import type { StressRecord } from '../../results/schema.ts';
import { parseSpikeOptions } from '../spike/options.ts';
import { runSpike } from '../spike/run-spike.ts';
import {
  type PlannedLoad,
  type PlannedLoadObservation,
  runPlannedLoad,
} from './run-planned-load.ts';

interface Around {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Real servers for whoever holds a forecast against them: planned loads, and whole spikes. */
export function makeLiveServers(env: NodeJS.ProcessEnv): {
  runLoad(load: PlannedLoad, around: Around): Promise<PlannedLoadObservation>;
  runSpike(without: readonly string[], around: Around): Promise<StressRecord>;
} {
  return {
    runLoad: (load, { progress, signal }) =>
      runPlannedLoad(load, { env, onProgress: progress.say, signal }),
    runSpike: (without, around) =>
      runSpike(
        parseSpikeOptions({ without: without.join(), maxDuration: SPIKE_S_MAX }, () =>
          randomInt(2 ** 32),
        ),
        { env, ...around },
      ),
  };
}

/** A spike without its protection fails within two minutes; a protected one may take longer. */
const SPIKE_S_MAX = 220;
