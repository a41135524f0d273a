import { type Lab, LOAD_FAILURE, type Party, RefusedInput } from '../lab.ts';
import type { IsolationProperty, Judgement } from '../property.ts';
import { placesOf } from '../redis-inspector.ts';
import { findLoss, isBroken, nameOf } from './reads.ts';

/** Fault confinement, as far as faults can be caused through the contract. */
export const p11FaultConfinement: IsolationProperty = {
  id: 'P11',
  states: "a failing operation of a tenant leaves no trace and changes no result of another's",
  leavesOut: 'broken connections, cancellation and time-outs: those need a hand in the transport',
  smallestBreak: "a's load fails while b loads the same key, and b's request fails with it",
  canLackMechanism: false,
  aspects: [
    {
      name: 'a refused input',
      needs: [],
      untried: 'no input was refused',
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const neighbour = await lab.set({ tenant: u.tenant, key: 'beside' });
        if ((await lab.get(neighbour)) !== neighbour.value) return 'not judged';
        const refused = lab.compose(t, trial.form);

        const [isRefused, during] = await Promise.all([
          refuses(() => lab.write(refused)),
          lab.get(neighbour),
        ]);
        if (!isRefused) return 'not judged';

        if (during !== undefined && during !== neighbour.value) {
          return { broken: `${nameOf(neighbour)} reads something else during a refusal` };
        }
        const trace = await findTrace(lab, t, refused);
        if (isBroken(trace)) return trace;
        return findLoss(lab, neighbour, `a refused set of ${nameOf(t)}`);
      },
    },
    {
      name: 'a failing load',
      needs: ['getOrLoad'],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const expected = lab.compose(u, trial.form);
        const failing = refuses(() => lab.getOrLoad(t, failSoon));
        const loading = lab.getOrLoad(u, () => later(expected.value));

        const [failed, value] = await Promise.allSettled([failing, loading]);
        if (failed.status === 'rejected') throw failed.reason;
        if (value.status === 'rejected') {
          if (!isLoadFailure(value.reason)) throw value.reason;
          return { broken: `${nameOf(u)} fails with the load of ${nameOf(t)}` };
        }
        const isForeign = value.value !== expected.value;
        return isForeign ? { broken: `${nameOf(u)} gets a value of nobody` } : 'held';
      },
    },
  ],
};

function isLoadFailure(error: unknown): boolean {
  return error instanceof RefusedInput && error.message.includes(LOAD_FAILURE);
}

async function failSoon(): Promise<string> {
  await later('');
  throw new Error(LOAD_FAILURE);
}

/** Long enough for another operation to begin in between. */
function later(value: string): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 5, value));
}

async function refuses(operation: () => Promise<unknown>): Promise<boolean> {
  try {
    await operation();
    return false;
  } catch (error) {
    if (error instanceof RefusedInput) return true;
    throw error;
  }
}

/** What was refused can be read, or lies on the server. */
async function findTrace(
  lab: Lab,
  t: Party,
  { value, token }: { value: string; token: string },
): Promise<Judgement> {
  const broken = { broken: `set of ${nameOf(t)} threw, and left its value behind` };
  if (placesOf(await lab.snapshot(), token).length > 0) return broken;
  try {
    return (await lab.get(t)) === value ? broken : 'held';
  } catch (error) {
    if (error instanceof RefusedInput) return 'held';
    throw error;
  }
}
