import { CONFUSIONS, type Confusion } from '../arbitraries/confusions.ts';
import type { Bench } from './bench.ts';
import type { Facts } from './facts.ts';
import type { Aspect } from './property.ts';
import { type Trial, unusualOf } from './trial.ts';
import { runTrial, visit } from './try-aspect.ts';

/**
 * What kind of break it is: something that should separate tenants fails for names that anybody may
 * have; only for unusual ones; or there is nothing that would separate even unrelated tenants.
 */
export type BreakClass = 'mechanism' | 'unusual-ids' | 'no-mechanism';

const UNRELATED: readonly Pick<Trial, 'tenants' | 'keys' | 'prefix'>[] = [
  { tenants: ['alpha', 'zulu'], keys: ['k', 'k'], prefix: 'k' },
  { tenants: ['m1', 'b2'], keys: ['user', 'user'], prefix: 'us' },
];

/** Whether the break needs no confusion at all: each pair of unrelated tenants shows it. */
export async function breaksUnrelated(
  bench: Bench,
  facts: Facts,
  aspect: Aspect,
): Promise<boolean> {
  for (const names of UNRELATED) {
    const trial: Trial = { ...names, confusion: 'two unrelated tenants', form: 'plain' };
    const { kind } = await runTrial(bench, facts, aspect, trial);
    if (kind !== 'broken') return false;
  }
  return true;
}

const ORDINARY_ROUNDS = 4;
const ORDINARY_TRIES_EACH = 4;

/** A break among ordinary names, looked for where the one found has unusual ones. */
export async function findOrdinaryBreak(
  bench: Bench,
  facts: Facts,
  aspect: Aspect,
  seed: number,
): Promise<Trial | undefined> {
  const confusions: readonly Confusion[] = CONFUSIONS.filter(({ ordinary }) => ordinary);
  for (let round = 0; round < ORDINARY_ROUNDS; round += 1) {
    for (const [index, confusion] of confusions.entries()) {
      const drawn = { seed: seed + round * confusions.length + index, ordinary: true };
      const { vocabulary } = facts;
      const limits = { confusion, vocabulary, triesMax: aspect.isSlow ? 1 : ORDINARY_TRIES_EACH };
      const { broken } = await visit(bench, facts, aspect, { ...drawn, ...limits });
      if (broken !== undefined && unusualOf(broken).length === 0) return broken;
    }
    if (aspect.isSlow) return undefined;
  }
  return undefined;
}
