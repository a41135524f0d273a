import type { Lab, Party, Written } from '../lab.ts';
import type { IsolationProperty } from '../property.ts';
import { nameOf, quoted } from './reads.ts';

/** Listings: exactly the tenant's own keys. */
export const p18Listings: IsolationProperty = {
  id: 'P18',
  states: "keys() lists exactly the tenant's own keys",
  leavesOut: 'how listed keys are spelt: a key counts as listed where its text is contained',
  smallestBreak: 'b sets "k", and keys() of a lists it',
  canLackMechanism: true,
  aspects: [
    {
      name: 'lists others',
      needs: ['keys'],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const foreign = await setUnique(lab, u, trial.keys[1]);
        if ((await lab.get(foreign)) !== foreign.value) return 'not judged';

        const listed = await lab.keys(t);
        return listed.some((key) => key.includes(fragmentOf(foreign)))
          ? { broken: `keys() of ${quoted(t.tenant)} lists ${nameOf(foreign)}` }
          : 'held';
      },
    },
    {
      name: 'misses own',
      concernsOwn: true,
      needs: ['keys'],
      skippedBecause: ({ isLossy }) => (isLossy ? 'a lossy cache may have lost them' : undefined),
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const own = await setUnique(lab, t, trial.keys[0]);
        await setUnique(lab, u, trial.keys[1]);
        if ((await lab.get(own)) !== own.value) return 'not judged';

        const listed = await lab.keys(t);
        return listed.some((key) => key.includes(fragmentOf(own)))
          ? 'held'
          : { broken: `keys() of ${quoted(t.tenant)} misses its own ${nameOf(own)}` };
      },
    },
    {
      name: 'misses what others deleted',
      needs: ['keys', 'delete'],
      skippedBecause: ({ isLossy }) => (isLossy ? 'a lossy cache may have lost them' : undefined),
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const kept = await setUnique(lab, u, trial.keys[1]);
        const same = await lab.set({ tenant: t.tenant, key: kept.key });
        if (!(await lists(lab, kept))) return 'not judged';

        await lab.delete(same);
        // An entry that is gone itself is P4's.
        if ((await lab.get(kept)) !== kept.value || (await lists(lab, kept))) return 'held';
        const cause = `${quoted(t.tenant)} deleted its own of that name`;
        return { broken: `keys() of ${quoted(u.tenant)} misses ${nameOf(kept)} after ${cause}` };
      },
    },
  ],
};

/** Sets a key that contains a fragment found nowhere else: the token of its own value. */
async function setUnique(lab: Lab, { tenant }: Party, key: string): Promise<Written> {
  const { token } = lab.compose({ tenant, key });
  return lab.set({ tenant, key: key + token });
}

async function lists(lab: Lab, one: Written): Promise<boolean> {
  return (await lab.keys(one)).some((key) => key.includes(fragmentOf(one)));
}

function fragmentOf({ key }: Written): string {
  return /v\d+q[a-z0-9]+$/.exec(key)?.[0] ?? key;
}
