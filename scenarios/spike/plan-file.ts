import { writeFile } from 'node:fs/promises';
import type { LoadPlan, Side } from './load-plan.ts';

/** Environment of a generator that is to play a plan. */
export type PlanEnvironment = Readonly<Record<string, string>>;

/**
 * Writes a plan for k6, which can only open files, and returns what it needs beside the file. The
 * servers' URLs go through the environment: they may hold a password, and a file outlives a run that
 * is killed.
 */
export async function writePlan(file: string, plan: LoadPlan): Promise<PlanEnvironment> {
  const { shared, placebo } = plan;
  const told = {
    ...plan,
    shared: withoutUrl(shared),
    ...(placebo ? { placebo: withoutUrl(placebo) } : {}),
  };
  await writeFile(file, JSON.stringify(told));
  return {
    PARTYWALL_PLAN: file,
    PARTYWALL_SHARED_REDIS: shared.redisUrl,
    ...(placebo ? { PARTYWALL_PLACEBO_REDIS: placebo.redisUrl } : {}),
  };
}

function withoutUrl(side: Side): Side {
  return { ...side, redisUrl: '' };
}
