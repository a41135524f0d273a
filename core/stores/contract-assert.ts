import type { Subject } from './contract-case.ts';

/** The two assertions of the contract, without a test framework. */
export const CONTRACT_ASSERTIONS: Pick<Subject, 'equal' | 'rejects'> = {
  equal: (actual, expected, what) => {
    const [left, right] = [spell(actual), spell(expected)];
    if (left !== right) throw new Error(`${what}: expected ${cut(right)}, got ${cut(left)}`);
  },
  rejects: async (work, what) => {
    let result: unknown;
    try {
      result = await work;
    } catch (error) {
      return error;
    }
    throw new Error(`${what}: expected a rejection, got ${cut(spell(result))}`);
  },
};

/** JSON with the fields of objects in one order. */
function spell(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? 'undefined'
  );
}

function cut(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}...`;
}
