import type { IsolationProperty } from '../property.ts';
import { placesOf } from '../redis-inspector.ts';
import { findLoss, isReadableEverywhere, nameOf } from './reads.ts';

/** Injective namespaces: no write of a tenant lands where an entry of another lies. */
export const p1Namespaces: IsolationProperty = {
  id: 'P1',
  states: 'two different (tenant, key) never share a place',
  leavesOut:
    'prefixes and patterns, of which P4 and P18 judge what they do; losses that a local tier hides',
  smallestBreak: 'a sets ":k", "a:" sets "k": one Redis key, and "a" reads the value of "a:"',
  canLackMechanism: true,
  aspects: [
    {
      name: 'writes',
      needs: [],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const earlier = await lab.set(t, trial.form);
        const before = lab.facts.isTransparent ? placesOf(await lab.snapshot(), earlier.token) : [];
        const later = await lab.set(u, trial.form);
        const after = lab.facts.isTransparent ? await lab.snapshot() : new Map();

        const taken = placesOf(after, later.token);
        const kept = placesOf(after, earlier.token);
        const shared = before.find(
          (place) => taken.some(isSame(place)) && !kept.some(isSame(place)),
        );
        if (shared !== undefined) {
          const redisKey = after.get(shared.redisKey)?.name ?? '';
          return { broken: `${nameOf(t)} and ${nameOf(u)} share the Redis key ${redisKey}` };
        }

        let isSeen = false;
        for (const via of lab.vias) {
          const value = await lab.get(t, via);
          if (value === later.value) {
            return { broken: `the write of ${nameOf(u)} replaced the value of ${nameOf(t)}` };
          }
          isSeen ||= value === earlier.value || (await lab.get(u, via)) === later.value;
        }
        return isSeen ? 'held' : 'not judged';
      },
    },
    {
      // Values bound to their writer are never read by another: a shared place shows as a loss.
      name: 'losses',
      needs: [],
      skippedBecause: ({ isLossy }) => (isLossy ? 'a lossy cache may have lost them' : undefined),
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const earlier = await lab.set(t, trial.form);
        if (!(await isReadableEverywhere(lab, earlier))) return 'not judged';

        await lab.set(u, trial.form);
        return findLoss(lab, earlier, `a set of ${nameOf(u)}`);
      },
    },
  ],
};

interface PlaceLike {
  readonly redisKey: string;
  readonly field: string;
}

function isSame(one: PlaceLike): (other: PlaceLike) => boolean {
  return (other) => one.redisKey === other.redisKey && one.field === other.field;
}
