import { openMeter } from 'k6/x/partywall';
import { encodeSampleLine } from '../spike/samples.ts';
import { clientUrl, lineOf, openPlanFile, wholeRun } from '../spike/side.k6.ts';
import type { RequestPlan } from './request-plan.ts';

/**
 * Plays a list of requests, each at its moment: a lookup, and where that misses a load and a put.
 * Whether a request hits is left to the cache. Every request is a sample, numbered as in the list.
 */
const plan = openPlanFile<RequestPlan>();
const { atMs, tenants, keys, bytes } = plan.requests;
const meter = openMeter(clientUrl(plan.side), plan.loadsMax);
const lines = plan.tenants.map((tenant) => meter.prepare(lineOf(plan, plan.side, tenant)));

export const options = { scenarios: { requests: wholeRun('requests', plan) }, systemTags: [] };

/** A request is handed over this long before its moment; a pause of the script may be as long. */
const AHEAD_MS = 80;
const STEP_MS = 20;
const DRAIN_EVERY_MS = 1000;

export function requests(): void {
  const startedMs = Date.now();
  let next = 0;
  let drainedMs = startedMs;
  const step = () => {
    const nowMs = Date.now();
    for (; next < atMs.length; next++) {
      const dueAtMs = plan.epochMs + (atMs[next] ?? 0);
      if (dueAtMs >= nowMs + AHEAD_MS) break;
      const line = lines[tenants[next] ?? 0] ?? 0;
      meter.ask(next, line, keys[next] ?? '', bytes[next] ?? 1, dueAtMs);
    }
    const isOver = nowMs >= startedMs + plan.durationMs - 2 * STEP_MS;
    if (isOver || nowMs - drainedMs >= DRAIN_EVERY_MS) {
      drainedMs = nowMs;
      const text = meter.drain(true);
      if (text !== '') console.log(encodeSampleLine('miss', meter.startedAtMs(), text));
    }
    if (!isOver) setTimeout(step, STEP_MS);
  };
  step();
}
