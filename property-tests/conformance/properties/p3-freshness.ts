import type { IsolationProperty } from '../property.ts';
import { nameOf, throughOf } from './reads.ts';

/** Freshness: a read gives the last value written. */
export const p3Freshness: IsolationProperty = {
  id: 'P3',
  states: "a read gives the tenant's last value of the key, as it was written, or nothing",
  leavesOut:
    'writes that overlap the read; another process where the adapter declares a local tier',
  smallestBreak: 'a sets "k" to 1, sets "k" to 2, and reads 1',
  canLackMechanism: false,
  aspects: [
    {
      name: 'overwrite',
      needs: [],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const old = await lab.set(t, trial.form);
        for (const via of lab.vias) await lab.get(t, via);
        await lab.set({ tenant: u.tenant, key: `${u.key}~beside` });
        const current = await lab.set(t, trial.form);

        let isSeen = false;
        for (const via of lab.vias) {
          const value = await lab.get(t, via);
          if (value === current.value) isSeen = true;
          if (value === undefined || value === current.value) continue;
          const writer = lab.writerOf(value);
          // What others wrote is P2's.
          if (writer !== undefined && writer.tenant !== t.tenant) continue;
          if (via === 'second' && lab.facts.hasLocalTier && value === old.value) continue;
          const what = value === old.value ? 'the value before' : 'a value that nobody wrote';
          return { broken: `${nameOf(t)}${throughOf(via)} reads ${what}` };
        }
        return isSeen ? 'held' : 'not judged';
      },
    },
  ],
};
