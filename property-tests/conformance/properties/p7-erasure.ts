import type { IsolationProperty } from '../property.ts';
import { findForeignRead, findLoss, isBroken, isReadableEverywhere, quoted } from './reads.ts';

/** Erasure: what a tenant reads is what it would read if nobody else were there. */
export const p7Erasure: IsolationProperty = {
  id: 'P7',
  states: 'what others ask for changes nothing of what a tenant reads',
  leavesOut: 'how long an answer takes; what others write and remove, which P1 and P4 judge',
  smallestBreak: 'b sets "k", a gets "k" and finds nothing, and b then finds nothing, too',
  canLackMechanism: true,
  aspects: [
    {
      name: 'reads of others',
      needs: [],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        // Asked for by the neighbour before there is anything, and again behind it.
        await lab.get(t);
        const written = await lab.set(u, trial.form);
        if (!(await isReadableEverywhere(lab, written))) return 'not judged';
        const foreign = await findForeignRead(lab, t);
        // Whoever reads the other's value shares its place: that is P2's.
        if (isBroken(foreign)) return 'not judged';
        await lab.get({ tenant: t.tenant, key: u.key });

        return findLoss(lab, written, `reads of ${quoted(t.tenant)}`);
      },
    },
  ],
};
