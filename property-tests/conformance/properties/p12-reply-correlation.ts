import type { Lab, Written } from '../lab.ts';
import type { IsolationProperty } from '../property.ts';
import { findLoss, isBroken, nameOf } from './reads.ts';

const ENTRIES_EACH = 4;
const ROUNDS = 3;

/** Reply correlation: operations in flight together do not get each other's answers. */
export const p12ReplyCorrelation: IsolationProperty = {
  id: 'P12',
  states: 'of operations in flight together, each gets its own answer',
  leavesOut: 'cut, late and repeated replies, and cancelled operations',
  smallestBreak: 'a and b read at once, and each gets what the other asked for; or set at once',
  canLackMechanism: false,
  aspects: [
    {
      name: 'reads and writes together',
      needs: [],
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const written: Written[] = [];
        for (let index = 0; index < ENTRIES_EACH; index += 1) {
          // Different keys on both sides: shared places are P1's.
          written.push(await lab.set({ tenant: t.tenant, key: `t${index}` }));
          written.push(await lab.set({ tenant: u.tenant, key: `u${index}` }));
        }
        if ((await lab.get(written[0] ?? t)) === undefined) return 'not judged';
        for (let round = 0; round < ROUNDS; round += 1) {
          const wrong = await findWrongAnswer(lab, written);
          if (wrong !== undefined) return { broken: wrong };
        }
        return 'held';
      },
    },
  ],
};

/** All entries are read at once, while others are written. */
async function findWrongAnswer(lab: Lab, written: readonly Written[]): Promise<string | undefined> {
  const reads = written.map(async (one) => {
    const value = await lab.get(one);
    if (value === undefined || value === one.value) return undefined;
    const writer = lab.writerOf(value);
    const isOther = writer === undefined || writer.key !== one.key || writer.tenant !== one.tenant;
    const from = writer === undefined ? 'of nobody' : `of ${nameOf(writer)}`;
    return isOther ? `${nameOf(one)} gets the answer ${from}` : undefined;
  });
  const writes = written.map(({ tenant, key }) => lab.set({ tenant, key: `${key}w` }));
  const [answers, landed] = await Promise.all([Promise.all(reads), Promise.all(writes)]);
  const wrong = answers.find((answer) => answer !== undefined);
  return wrong ?? findMislaid(lab, landed);
}

/** What was set together with other things is where it belongs. */
async function findMislaid(lab: Lab, landed: readonly Written[]): Promise<string | undefined> {
  for (const one of landed) {
    const loss = await findLoss(lab, one, 'being set together with others');
    if (isBroken(loss)) return loss.broken;
  }
  return undefined;
}
