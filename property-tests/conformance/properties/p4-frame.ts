import type { Lab, Party, Written } from '../lab.ts';
import type { Aspect, IsolationProperty, Judgement } from '../property.ts';
import { placesOf, type Snapshot } from '../redis-inspector.ts';
import type { Trial } from '../trial.ts';
import { findLoss, isBroken, isReadableEverywhere, nameOf, quoted } from './reads.ts';

/** Frame: a removal touches its scope and nothing else. */
export const p4Frame: IsolationProperty = {
  id: 'P4',
  states: "a tenant's removals leave every entry of others, and its own outside the scope, as is",
  leavesOut:
    'entries that were gone just before (an eviction is no removal), and all losses of a lossy cache',
  smallestBreak: 'ab sets "k", a clears, and ab no longer has "k"',
  canLackMechanism: true,
  aspects: [
    neighbours('delete', (lab, t) => lab.delete(t)),
    neighbours('clear', (lab, t) => lab.clear(t)),
    neighbours('invalidatePrefix', (lab, t, { prefix }) => lab.invalidatePrefix(t, prefix)),
    ownOutside('delete', (lab, t) => lab.delete(t)),
    ownOutside('invalidatePrefix', (lab, t, { prefix }) => lab.invalidatePrefix(t, prefix)),
  ],
};

type Remove = (lab: Lab, t: Party, trial: Trial) => Promise<void>;

function neighbours(operation: 'delete' | 'clear' | 'invalidatePrefix', remove: Remove): Aspect {
  return {
    name: operation,
    needs: [operation],
    async examine(lab, trial) {
      const [t, u] = lab.parties(trial);
      await lab.set(t, trial.form);
      const written = [
        await lab.set(u, trial.form),
        await lab.set({ tenant: u.tenant, key: `${trial.prefix}beside` }),
      ];
      const kept = await stillThere(lab, written);
      if (kept.length === 0) return 'not judged';
      const before = await lab.snapshot();

      await remove(lab, t, trial);

      // Reads may change what lies there (a hit count, a last access): they come behind the look.
      const after = await lab.snapshot();
      const cause = `${operation} by ${quoted(t.tenant)}`;
      for (const one of kept) {
        const loss = await findLoss(lab, one, cause);
        if (isBroken(loss)) return loss;
      }
      return findChangeOnServer(lab, { before, after }, kept, cause);
    },
  };
}

/** An entry of the tenant's own that the operation does not speak of. */
function ownOutside(operation: 'delete' | 'invalidatePrefix', remove: Remove): Aspect {
  const key = 'outside';
  return {
    name: `${operation}, own`,
    needs: [operation],
    concernsOwn: true,
    async examine(lab, trial) {
      const [t] = lab.parties(trial);
      const isInScope = operation === 'delete' ? t.key === key : key.startsWith(trial.prefix);
      if (isInScope) return 'not judged';
      await lab.set(t, trial.form);
      const own = await lab.set({ tenant: t.tenant, key });
      if (!(await isReadableEverywhere(lab, own))) return 'not judged';

      await remove(lab, t, trial);
      return findLoss(lab, own, `${operation} of something else`);
    },
  };
}

async function stillThere(lab: Lab, written: readonly Written[]): Promise<Written[]> {
  const found: Written[] = [];
  for (const one of written) if (await isReadableEverywhere(lab, one)) found.push(one);
  return found;
}

/** More than the time that may pass between two looks at a server. */
const TTL_SLACK_MS = 30_000;

/**
 * What a local tier hides: the neighbour's entry gone from the server, or living less long. As with
 * reads, absence counts only where the cache is not lossy.
 */
function findChangeOnServer(
  { facts }: Lab,
  { before, after }: { readonly before: Snapshot; readonly after: Snapshot },
  kept: readonly Written[],
  cause: string,
): Judgement {
  for (const written of kept) {
    for (const { redisKey, field } of placesOf(before, written.token)) {
      const [was, is] = [before.get(redisKey), after.get(redisKey)];
      if (was === undefined) continue;
      const isThere = is?.fields.get(field)?.includes(written.token) ?? false;
      if (!isThere && facts.isLossy) continue;
      const place = `${nameOf(written)} (Redis key ${was.name})`;
      if (is === undefined) return { broken: `${place} is gone from the server after ${cause}` };
      if (is.type !== was.type || is.fields.get(field) !== was.fields.get(field)) {
        return { broken: `${place} has another content on the server after ${cause}` };
      }
      const isOtherTtl = was.ttlMs < 0 !== is.ttlMs < 0 || was.ttlMs - is.ttlMs > TTL_SLACK_MS;
      if (isOtherTtl) return { broken: `${place} has another time to live after ${cause}` };
    }
  }
  return 'held';
}
