import type { IsolationProperty } from '../property.ts';
import { findForeignRead, isBroken } from './reads.ts';

/** Provenance: what a tenant reads, that tenant wrote. */
export const p2Provenance: IsolationProperty = {
  id: 'P2',
  states: 'every value that a tenant reads was written by that tenant',
  leavesOut:
    "a tenant's own keys that stand for one another, which are no concern of its neighbours",
  smallestBreak: 'a sets "k", b reads "k" and gets the value of a',
  canLackMechanism: true,
  aspects: [
    {
      name: 'nothing written',
      needs: [],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const written = await lab.set(t, trial.form);
        const isThere = (await lab.get(t)) === written.value;

        const foreign = await findForeignRead(lab, u);
        return isBroken(foreign) || isThere ? foreign : 'not judged';
      },
    },
    {
      name: 'both written',
      needs: [],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        // Each opening has read both before, so that what it holds locally takes part.
        const first = await lab.set(t, trial.form);
        for (const via of lab.vias) await lab.get(t, via);
        const second = await lab.set(u, trial.form);
        const isThere = (await lab.get(u)) === second.value || (await lab.get(t)) === first.value;

        for (const party of [t, u]) {
          const foreign = await findForeignRead(lab, party);
          if (isBroken(foreign)) return foreign;
        }
        return isThere ? 'held' : 'not judged';
      },
    },
  ],
};
