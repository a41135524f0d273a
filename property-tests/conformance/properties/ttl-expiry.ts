import type { IsolationProperty } from '../property.ts';
import { findLoss, findSurvivor, isBroken } from './reads.ts';

/** Shortest life that is tried; longer where the cache counts in longer steps. */
const TTL_MS = 40;
const SLACK_MS = 60;

/** Expiry: an entry lives as long as its own time to live says. */
export const ttlExpiry: IsolationProperty = {
  id: 'TTL',
  states: 'an entry expires by its own time to live, and by no other',
  leavesOut: 'when exactly it expires, beyond the granularity that the adapter declares',
  smallestBreak: 'a sets "k" for 40 ms and reads it a second later',
  canLackMechanism: false,
  aspects: [
    {
      name: 'expiry',
      needs: [],
      isSlow: true,
      skippedBecause: ({ expires }) =>
        expires ? undefined : 'set() with ttlMs shows no expiry, and none is declared',
      async examine(lab, trial) {
        const [t, u] = lab.parties(trial);
        const ttlMs = Math.max(TTL_MS, lab.facts.ttlGranularityMs);
        const lasting = await lab.set({ tenant: u.tenant, key: `${u.key}~lasting` });
        const fleeting = await lab.set(t, trial.form, ttlMs);
        if ((await lab.get(lasting)) !== lasting.value) return 'not judged';

        const waitMs = ttlMs + lab.facts.ttlGranularityMs + SLACK_MS;
        await new Promise((resolve) => setTimeout(resolve, waitMs));

        const survivor = await findSurvivor(lab, fleeting, `${waitMs} ms of a life of ${ttlMs}`);
        if (isBroken(survivor)) return survivor;
        return findLoss(lab, lasting, `the expiry of another tenant's entry`);
      },
    },
  ],
};
