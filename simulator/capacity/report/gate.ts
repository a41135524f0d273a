import type { Plan } from '../plan.ts';

/** Whether a plan passes the wanted headroom. */
export interface Gate {
  /** Share that must be free; null where nothing was asked. */
  readonly leastHeadroom: number | null;
  readonly headroom: number | null;
  /** What was measured: what runs today where the spec names it, else what is advised. */
  readonly of: 'today' | 'advised' | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly reason: string;
}

export function gateOf(
  { knee, currentKnee }: Plan,
  leastHeadroomPercent: number | undefined,
): Gate {
  const report = currentKnee ?? knee;
  const of = currentKnee ? 'today' : knee ? 'advised' : null;
  const headroom = report?.headroom ?? null;
  if (leastHeadroomPercent === undefined) {
    return {
      leastHeadroom: null,
      headroom,
      of,
      verdict: 'pass',
      reason: 'no headroom was asked for',
    };
  }
  const leastHeadroom = leastHeadroomPercent / 100;
  if (headroom === null) {
    const reason = 'there is no cluster whose headroom could be measured';
    return { leastHeadroom, headroom, of, verdict: 'inconclusive', reason };
  }
  const isEnough = headroom >= leastHeadroom;
  const reason = `headroom ${(100 * headroom).toFixed(1)} % of ${of === 'today' ? "today's" : 'the advised'} cluster in the middle world, wanted ${leastHeadroomPercent} %`;
  return { leastHeadroom, headroom, of, verdict: isEnough ? 'pass' : 'fail', reason };
}
