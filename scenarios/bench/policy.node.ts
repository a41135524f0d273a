import { makeDraws } from '../../results/normal-draws.ts';
import { allocatedBytes } from './allocated-bytes.ts';
import { POLICY_CALLS } from './policy-calls.ts';
import type { PolicyTask } from './policy-process.ts';
import { timePolicy } from './time-policy.ts';

/** One round in a process of Node; the answer is JSON on standard output. */
async function perform(task: PolicyTask): Promise<Record<string, number>> {
  if (task.kind === 'time') {
    const { uniform } = makeDraws(task.seed);
    return timePolicy({ ...task, nowMs: processorMs, draw: uniform });
  }
  const figures: Record<string, number> = {};
  for (const { name, warmUp, count } of task.calls) {
    const call = POLICY_CALLS[name]?.();
    if (call === undefined) throw new Error(`no policy function ${name}`);
    call(warmUp);
    if (task.kind === 'count') call(count);
    else figures[name] = (await allocatedBytes(async () => void call(count))) / count;
  }
  return figures;
}

/** Processor time: what others take of the machine meanwhile does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

process.stdout.write(JSON.stringify(await perform(JSON.parse(process.argv[2] ?? ''))));
