import { makeDraws } from '../../results/normal-draws.ts';
import type { PolicyTask } from './policy-process.ts';
import { timePolicy } from './time-policy.ts';

declare const __ENV: Record<string, string>;

export const options = { vus: 1, iterations: 1, systemTags: [] };

/** One round in k6's engine; the answer is a line of JSON in its log. */
export default function measure(): void {
  const task = JSON.parse(__ENV['PARTYWALL_TASK'] ?? '') as PolicyTask;
  if (task.kind !== 'time') throw new Error('only times are measured here');
  const draw = makeDraws(task.seed).uniform;
  console.log(JSON.stringify(timePolicy({ ...task, nowMs: Date.now, draw })));
}
