import type { IsolationProperty } from '../property.ts';
import { findSurvivor, isBroken, nameOf } from './reads.ts';

/** Reuse: a tenant that was cleared and comes again starts empty. */
export const p19Reuse: IsolationProperty = {
  id: 'P19',
  states: 'a tenant that is cleared and asked for anew starts empty, and can be used again',
  leavesOut: 'removal of the tenant itself, for which the contract has no word',
  smallestBreak: 'a sets "k", clears, comes again, and finds "k"',
  canLackMechanism: false,
  aspects: [
    {
      name: 'clear and come again',
      needs: ['clear'],
      async examine(lab, trial) {
        const [t] = lab.parties(trial);
        const earlier = await lab.set(t, trial.form);
        if ((await lab.get(t)) !== earlier.value) return 'not judged';
        await lab.clear(t);
        for (const via of lab.vias) await lab.renew(t.tenant, via);

        const survivor = await findSurvivor(lab, earlier, 'its tenant was cleared and came again');
        if (isBroken(survivor)) return survivor;
        const later = await lab.set(t, trial.form);
        const value = await lab.get(t);
        if (value === later.value || (value === undefined && lab.facts.isLossy)) return 'held';
        return { broken: `${nameOf(t)} cannot be set after its tenant was cleared` };
      },
    },
  ],
};
