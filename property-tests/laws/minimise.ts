/** The lists of a case from which anything may be left out. */
const LISTS: ReadonlySet<string> = new Set(['steps', 'calls', 'requests', 'fates', 'instead']);

/** Tries spent on one counterexample, so that one that hangs is not waited for too often. */
const TRIES_MAX = 300;

/**
 * Leaves out of a broken case whatever it is broken without: fast-check shrinks every part, but
 * keeps steps that merely stand at the end.
 */
export async function minimise<Case>(
  broken: Case,
  isBroken: (one: Case) => Promise<boolean>,
): Promise<Case> {
  let smallest = broken;
  let tryCount = 0;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const one of smallerOnes(smallest) as Case[]) {
      tryCount += 1;
      if (tryCount > TRIES_MAX) return smallest;
      if (!(await isBroken(one))) continue;
      smallest = one;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** Copies with one element of one list left out, the last ones first. */
function smallerOnes(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const parts = Array.isArray(part) && LISTS.has(name) ? withoutEach(part) : smallerOnes(part);
    return parts.map((smaller) => ({ ...value, [name]: smaller }));
  });
}

function withoutEach(list: readonly unknown[]): unknown[][] {
  return list.map((_, at) => list.filter((_one, other) => other !== list.length - 1 - at));
}
