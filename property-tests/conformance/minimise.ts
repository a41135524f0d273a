import { type Trial, unusualOf } from './trial.ts';

export interface MinimiseLimits {
  readonly triesMax: number;
  /** Milliseconds since any origin. */
  readonly nowMs: () => number;
  readonly untilMs: number;
}

/**
 * The simplest trial near the given one that still breaks. Names are shortened and made ordinary,
 * one by one and together, since what is confused often stands in both. (fast-check shrinks what a
 * name was drawn from; here the names themselves are tried.)
 */
export async function minimise(
  trial: Trial,
  breaks: (simpler: Trial) => Promise<boolean>,
  { triesMax, nowMs, untilMs }: MinimiseLimits,
): Promise<Trial> {
  const tried = new Set<string>();
  let simplest = trial;
  for (let isSimpler = true; isSimpler; ) {
    isSimpler = false;
    for (const candidate of simplerThan(simplest)) {
      const name = JSON.stringify([candidate.tenants, candidate.keys, candidate.prefix]);
      if (tried.has(name + candidate.form) || weigh(candidate) >= weigh(simplest)) continue;
      if (tried.size >= triesMax || nowMs() > untilMs) return simplest;
      tried.add(name + candidate.form);
      if (await breaks(candidate)) {
        simplest = candidate;
        isSimpler = true;
        break;
      }
    }
  }
  return simplest;
}

/** Length, with odd characters counting several times and order deciding between equals. */
function weigh(trial: Trial): number {
  const names = namesOf(trial);
  const length = names.reduce((sum, name) => sum + name.length, 0);
  const order = names.reduce((sum, name, index) => sum + rankOf(name, index), 0);
  const empties = names.filter((name) => name === '').length;
  return length + 8 * unusualOf(trial).length + 6 * empties + order / 10_000;
}

/** Between names of a length: tenants are best called a and b, keys k and l. */
function rankOf(name: string, index: number): number {
  const letters = index < 2 ? LETTERS : LETTERS.slice(10) + LETTERS.slice(0, 10);
  const order = `${letters}0123456789`;
  let rank = 0;
  for (const character of name.slice(0, 8))
    rank += order.indexOf(character) + 1 || order.length + 1;
  return rank;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

type Names = readonly [
  tenant: string,
  neighbour: string,
  key: string,
  nextKey: string,
  prefix: string,
];

function namesOf({ tenants, keys, prefix }: Trial): Names {
  return [...tenants, ...keys, prefix];
}

/** Which names are changed together: shared pieces stand at the same end of several. */
const GROUPS: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [0, 1],
  [2, 3],
  [1, 2],
  [0, 3],
  [0],
  [1],
  [2],
  [3],
  [4],
];

function* simplerThan(trial: Trial): Generator<Trial> {
  const names = namesOf(trial);
  const withNames = (changed: Names): Trial[] => {
    const [t, u, k, j, prefix] = changed;
    return t === u ? [] : [{ ...trial, tenants: [t, u], keys: [k, j], prefix }];
  };
  // What nobody would wonder about, first.
  yield* withNames(['a', 'b', 'k', 'k', 'k']);
  if (trial.form !== 'plain') yield { ...trial, form: 'plain' };
  yield* withNames([names[0], names[1], 'k', 'k', names[4]]);
  for (const [index, usual] of USUAL.entries())
    yield* withNames(change(names, [index], () => usual));
  for (const cut of CUTS) {
    for (const group of GROUPS) yield* withNames(change(names, group, cut));
  }
  for (const character of new Set(names.join(''))) {
    const everywhere = (by: string) => (name: string) => name.replaceAll(character, by);
    for (const by of ['', 'a', 'b']) yield* withNames(change(names, ALL, everywhere(by)));
    for (const group of [[0, 1], [2, 3], [2], [3]]) {
      yield* withNames(change(names, group, everywhere(group[0] === 0 ? 'a' : 'k')));
    }
  }
  for (const index of ALL) {
    for (let at = 0; at < Math.min(names[index]?.length ?? 0, 8); at += 1) {
      yield* withNames(change(names, [index], (name) => name.slice(0, at) + name.slice(at + 1)));
      yield* withNames(
        change(names, [index], (name) => `${name.slice(0, at)}a${name.slice(at + 1)}`),
      );
    }
  }
}

const ALL = [0, 1, 2, 3, 4];
const USUAL = ['a', 'b', 'k', 'k', 'k'];

const CUTS: readonly ((name: string) => string)[] = [
  (name) => name.slice(0, name.length / 2),
  (name) => name.slice(name.length / 2),
  (name) => name.slice(1),
  (name) => name.slice(0, -1),
];

function change(names: Names, group: readonly number[], edit: (name: string) => string): Names {
  const changed = names.map((name, index) => (group.includes(index) ? edit(name) : name));
  return changed as unknown as Names;
}
