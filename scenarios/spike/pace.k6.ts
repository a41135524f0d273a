import http from 'k6/http';
import type { LoadPlan, Pace } from './load-plan.ts';

/**
 * The pace of the round that a slot belongs to. Where the runner chooses paces as it goes, it is
 * asked once a round, by each virtual user; before the first round the load is an ordinary one.
 */
export function makePaces(plan: LoadPlan): (slot: number) => Pace {
  const { paceUrl, slotsARound, traffic } = plan;
  const usual = { hotRatePerSecond: traffic.hotRatePerSecond, isProtected: true };
  if (paceUrl === undefined) return () => usual;
  const quiet = { hotRatePerSecond: traffic.ordinaryRatePerSecond, isProtected: true };
  let known: Pace = quiet;
  let knownRound = -1;
  return (slot) => {
    const round = Math.floor(slot / slotsARound);
    if (round < 0) return quiet;
    if (round !== knownRound) {
      known = ask(`${paceUrl}?round=${round}`);
      knownRound = round;
    }
    return known;
  };
}

function ask(url: string): Pace {
  const reply = http.get(url, { timeout: '2s' });
  if (reply.status !== 200) throw new Error(`no pace from the runner: ${reply.error}`);
  return JSON.parse(String(reply.body)) as Pace;
}
