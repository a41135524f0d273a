import { join } from 'node:path';
import type { LowerPriority } from '../provision/scheduling.ts';
import type { Bundles } from './bundle.ts';
import { K6Error, type K6Process, startK6 } from './k6-process.ts';
import type { LoadPlan } from './load-plan.ts';
import { writePlan } from './plan-file.ts';
import { slotMs } from './schedule.ts';
import { SlotSampleTable } from './slot-samples.ts';

/** Both generators at work. */
export interface Load {
  readonly samples: SlotSampleTable;
  readonly pids: { readonly neighbourGenerator: number; readonly hotGenerator: number };
  /** Rejects as soon as one of them breaks off; never resolves before `stop`. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/**
 * The generators played the plan to its end, and the runner, which needs the slot behind the last one
 * too, was not there in time: a host that is too slow, or stood still.
 */
export class PlanOver extends Error {
  override readonly name = 'PlanOver';
}

function endedTooSoon({ schedule }: LoadPlan, { lastLines }: K6Process): Error {
  const endMs = schedule.epochMs + (schedule.arms.length + 1) * slotMs(schedule);
  if (Date.now() >= endMs) return new PlanOver('the plan is over');
  return new K6Error(['k6 ended before the run did', ...lastLines].join('\n  '));
}

export interface LoadTools {
  readonly k6: string;
  readonly bundles: Bundles;
  readonly lowerPriority: LowerPriority;
  readonly env: NodeJS.ProcessEnv;
}

/** Processors of each generator: more let the Go runtime spin at the expense of the servers. */
export const GENERATOR_PROCESSORS = { neighbourGenerator: 2, hotGenerator: 1 } as const;

/** Starts both generators on the same plan: neighbours first in line, the hot tenant behind. */
export async function startLoad(tools: LoadTools, plan: LoadPlan): Promise<Load> {
  const planEnv = await writePlan(join(tools.bundles.folder, 'plan.json'), plan);
  const samples = new SlotSampleTable(plan.schedule);
  let breakOff: (error: Error) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    breakOff = reject;
  });
  broken.catch(() => {});
  const onLine = (line: string) => {
    try {
      samples.add(line);
    } catch (error) {
      breakOff(error as Error);
    }
  };
  const start = (script: string, prefix: readonly string[], processors: number) =>
    startK6({
      k6: tools.k6,
      script: tools.bundles.pathOf(script),
      planEnv,
      prefix,
      env: tools.env,
      processors,
      onLine,
    });
  const neighbours = start('neighbours', [], GENERATOR_PROCESSORS.neighbourGenerator);
  const hot = start('hot-tenant', tools.lowerPriority.prefix, GENERATOR_PROCESSORS.hotGenerator);
  const both: readonly K6Process[] = [neighbours, hot];
  for (const one of both) {
    one.ended.then(() => breakOff(endedTooSoon(plan, one)), breakOff);
  }
  return {
    samples,
    pids: { neighbourGenerator: neighbours.pid, hotGenerator: hot.pid },
    broken,
    stop: async () => {
      await Promise.all(both.map((one) => one.stop()));
    },
  };
}
