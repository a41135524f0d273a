import type { Lab, Written } from '../lab.ts';
import type { IsolationProperty, Judgement } from '../property.ts';
import { isBroken, nameOf } from './reads.ts';

/** Loads in progress are shared within a tenant only. */
export const p14Loads: IsolationProperty = {
  id: 'P14',
  states: 'a load in progress is shared by requests of the same tenant and key only',
  leavesOut: 'how many loads run at once within a tenant; loads of several processes',
  smallestBreak: 'a and b ask for "k" at once, and both get what a loaded',
  canLackMechanism: false,
  aspects: [
    {
      name: 'loads together',
      needs: ['getOrLoad'],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const [one, other] = [lab.compose(t, trial.form), lab.compose(u, trial.form)];
        const answers = await Promise.all([load(lab, one), load(lab, other)]);

        const foreign = findForeign(lab, [one, other], answers);
        if (isBroken(foreign)) return foreign;
        const again = [await load(lab, one), await load(lab, other)];
        return findForeign(lab, [one, other], again);
      },
    },
  ],
};

function load(lab: Lab, written: Written): Promise<string> {
  // Takes long enough that the other request begins meanwhile.
  const slowly = () => new Promise<string>((resolve) => setTimeout(resolve, 5, written.value));
  return lab.getOrLoad(written, slowly);
}

function findForeign(lab: Lab, asked: readonly Written[], answers: readonly string[]): Judgement {
  for (const [index, one] of asked.entries()) {
    const writer = lab.writerOf(answers[index] ?? '');
    if (writer !== undefined && writer.tenant === one.tenant) continue;
    const whose = writer === undefined ? 'nobody' : nameOf(writer);
    return { broken: `${nameOf(one)} gets what was loaded for ${whose}` };
  }
  return 'held';
}
