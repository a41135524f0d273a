import type { Happened, Seen } from './history.ts';
import { demand } from './law.ts';
import { isRead, type Step } from './step.ts';
import { tenantLetter } from './trace.ts';

type SeenStep = { readonly step: number; readonly seen: Seen };

/** @throws Violation at the first observation that differs between two traces */
export function demandSameView(
  who: number,
  actual: readonly SeenStep[],
  expected: readonly SeenStep[],
  when: string,
  view: (seen: Seen) => unknown = (seen) => seen,
): void {
  for (let at = 0; at < Math.max(actual.length, expected.length); at += 1) {
    const [one, other] = [actual[at], expected[at]];
    const [found, wanted] = [one, other].map(
      (step) => step && JSON.stringify(view(step.seen), (key, value) => hidden(key, value)),
    );
    demand(
      found === wanted,
      () =>
        `${tenantLetter(who)} sees ${found ?? 'nothing'} at step ${((one ?? other)?.step ?? 0) + 1}` +
        `, but ${wanted ?? 'nothing'} ${when}`,
    );
  }
}

/** Fields in the order in which they happen to be set say nothing. */
function hidden(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The steps of one tenant alone, each at the time at which it was. */
export function withoutOthers(steps: readonly Step[], who: Step['who']): Step[] {
  const kept: Step[] = [];
  let waitMs = 0;
  let isGroupKept = false;
  let isReadGroup = false;
  for (const step of steps) {
    const joins = isReadGroup && step.together && isRead(step.act);
    if (!joins) {
      waitMs += step.afterMs;
      isGroupKept = false;
      isReadGroup = isRead(step.act);
    }
    if (step.who !== who) continue;
    kept.push({ ...step, afterMs: isGroupKept ? 0 : waitMs, together: joins && isGroupKept });
    waitMs = isGroupKept ? waitMs : 0;
    isGroupKept = true;
  }
  // A load that is open to the end takes as long alone: how long it took is stored with the value.
  if (waitMs > 0) {
    kept.push({ who, at: 0, afterMs: waitMs, together: false, act: { verb: 'finish' } });
  }
  return kept;
}

/** The same steps, each after the one before. */
export function oneByOne(steps: readonly Step[]): Step[] {
  return steps.map((step) => ({ ...step, together: false }));
}

export function happenedTo(history: readonly Happened[], who: number): Happened[] {
  return history.filter((event) => event.who === who);
}
