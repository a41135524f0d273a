import type { Lab, Party, Written } from '../lab.ts';
import type { Aspect, IsolationProperty, Judgement } from '../property.ts';
import type { Trial } from '../trial.ts';
import { findSurvivor, isBroken } from './reads.ts';

/** Completeness: what was removed stays removed. */
export const p5Completeness: IsolationProperty = {
  id: 'P5',
  states: 'when a removal has returned, nothing of its scope written before is readable again',
  leavesOut: 'replicas; another process where the adapter declares a local tier',
  smallestBreak: '"[ab]" sets "k", "[ab]" clears, and "[ab]" still reads "k"',
  canLackMechanism: false,
  aspects: [
    removal('delete', (lab, t) => lab.delete(t)),
    removal('clear', (lab, t) => lab.clear(t)),
    removal('invalidatePrefix', (lab, t, { prefix }) => lab.invalidatePrefix(t, prefix)),
    inFlight('clear', (lab, t) => lab.clear(t)),
    inFlight('delete', (lab, t) => lab.delete(t)),
  ],
};

type Remove = (lab: Lab, t: Party, trial: Trial) => Promise<void>;

function removal(operation: 'delete' | 'clear' | 'invalidatePrefix', remove: Remove): Aspect {
  return {
    name: operation,
    needs: [operation],
    async examine(lab, trial) {
      const [party] = lab.parties(trial);
      const key = operation === 'invalidatePrefix' ? trial.prefix + party.key : party.key;
      const t = { tenant: party.tenant, key };
      const written = [await lab.set(t, trial.form)];
      if (operation === 'clear') written.push(await lab.set({ ...t, key: `${key}~second` }));
      const seen: Written[] = [];
      for (const one of written) {
        // The other opening reads, too, so that it holds what it may hold.
        for (const via of lab.vias) {
          if ((await lab.get(one, via)) === one.value && !seen.includes(one)) seen.push(one);
        }
      }
      if (seen.length === 0) return 'not judged';

      await remove(lab, t, trial);
      return findAny(lab, seen, `its ${operation}`);
    },
  };
}

async function findAny(lab: Lab, gone: readonly Written[], after: string): Promise<Judgement> {
  for (const one of gone) {
    const survivor = await findSurvivor(lab, one, after);
    if (isBroken(survivor)) return survivor;
  }
  return 'held';
}

/** Longest that is waited for a removal which itself waits for the load to end. */
const REMOVAL_WAIT_MS = 200;

/** A load that began before a removal and ends behind it must not bring its value back. */
function inFlight(operation: 'delete' | 'clear', remove: Remove): Aspect {
  return {
    name: `${operation} during a load`,
    needs: ['getOrLoad', operation],
    async examine(lab, trial) {
      const [t] = lab.parties(trial);
      const written = lab.compose(t, trial.form);
      const begun = makeGate();
      const mayEnd = makeGate();
      const loading = lab.getOrLoad(t, async () => {
        begun.open();
        await mayEnd.opened;
        return written.value;
      });
      // A load that is refused never begins.
      const loaded = loading.then(
        () => true,
        () => false,
      );
      await Promise.race([begun.opened, loaded]);
      const removing = remove(lab, t, trial);
      await Promise.race([removing, pause(REMOVAL_WAIT_MS)]).catch(() => {});
      mayEnd.open();
      const [isLoaded] = await Promise.all([loaded, removing]);
      if (!isLoaded) return 'not judged';

      return findSurvivor(lab, written, `its ${operation} during the load`);
    },
  };
}

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function makeGate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
