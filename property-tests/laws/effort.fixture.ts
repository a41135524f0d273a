import { randomInt } from 'node:crypto';
import { expect } from 'vitest';
import { Coverage } from '../arbitraries/coverage.ts';
import { casesOf, readKept } from '../counterexamples/kept.ts';
import { OUR_CORE } from './core-under-test.ts';
import type { Ground } from './ground.ts';
import type { AnyLaw } from './law.ts';
import { type LawResult, proveLaw } from './prove-law.ts';

/** The root of all that is random in a test run: set it to see the same cases again. */
export const SEED = Number(process.env['PARTYWALL_SEED'] ?? randomInt(2 ** 31));
/** Makes every law draw so many times the usual cases. */
const DEPTH = Number(process.env['PARTYWALL_DEPTH'] ?? 1);

const kept = await readKept();

/** Expects our core to hold the law, and shows the story, the seed and a replay line if not. */
export async function expectHeld(
  law: AnyLaw,
  ground: Ground,
  cases: number,
  coverage = new Coverage(),
): Promise<LawResult> {
  const effort = { seed: SEED, cases: cases * DEPTH, kept: casesOf(kept, law.name), coverage };
  const result = await proveLaw(law, OUR_CORE, ground, effort);
  const { counterexample, missing } = result;
  const replay = `replay: PARTYWALL_SEED=${SEED} npx vitest run property-tests/laws`;
  expect([counterexample?.message, ...(counterexample?.story ?? [])], replay).toEqual([undefined]);
  expect(missing, `never happened; ${replay}`).toEqual([]);
  return result;
}
