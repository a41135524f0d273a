import type { Lab, Party, Via, Written } from '../lab.ts';
import type { Judgement } from '../property.ts';
import { displayName } from '../redis-inspector.ts';

/** A name as messages show it. */
export function quoted(name: string): string {
  return `"${displayName(name)}"`;
}

/** A party as messages name it: `"a" / "k"`. */
export function nameOf({ tenant, key }: Party): string {
  return `${quoted(tenant)} / ${quoted(key)}`;
}

/** How an opening is told to people. */
export function throughOf(via: Via): string {
  return via === 'first' ? '' : ', through another process,';
}

/** Breaks where the party reads what another tenant wrote; own values and nothing are fine. */
export async function findForeignRead(lab: Lab, party: Party): Promise<Judgement> {
  for (const via of lab.vias) {
    const value = await lab.get(party, via);
    const writer = value === undefined ? undefined : lab.writerOf(value);
    if (writer !== undefined && writer.tenant !== party.tenant) {
      return { broken: `${nameOf(party)}${throughOf(via)} reads what ${nameOf(writer)} wrote` };
    }
  }
  return 'held';
}

/** Whether every opening still reads what was written. */
export async function isReadableEverywhere(lab: Lab, written: Written): Promise<boolean> {
  for (const via of lab.vias) {
    if ((await lab.get(written, via)) !== written.value) return false;
  }
  return true;
}

/** Breaks where an entry is not what it was; absence counts only where the cache is not lossy. */
export async function findLoss(lab: Lab, kept: Written, after: string): Promise<Judgement> {
  for (const via of lab.vias) {
    const value = await lab.get(kept, via);
    if (value === kept.value) continue;
    if (value === undefined && lab.facts.isLossy) continue;
    const what = value === undefined ? 'is gone' : 'has another value';
    return { broken: `${nameOf(kept)}${throughOf(via)} ${what} after ${after}` };
  }
  return 'held';
}

/** Breaks where something that must be gone can be read. */
export async function findSurvivor(lab: Lab, gone: Written, after: string): Promise<Judgement> {
  for (const via of lab.vias) {
    if (via === 'second' && lab.facts.hasLocalTier) continue;
    if ((await lab.get(gone, via)) === gone.value) {
      return { broken: `${nameOf(gone)}${throughOf(via)} is still read after ${after}` };
    }
  }
  return 'held';
}

export function isBroken(judgement: Judgement): judgement is { broken: string } {
  return typeof judgement === 'object';
}
