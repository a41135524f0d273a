import type { Contender } from './benchmark.ts';

/**
 * Contenders that are measured together, by somebody who draws their order: the first that is asked
 * in a round has all of them measured, and each figure is handed out once.
 */
export function measuredTogether(
  names: readonly string[],
  measureAll: () => Promise<Readonly<Record<string, number>>>,
): Contender[] {
  const fresh = new Map<string, number>();
  const figureOf = async (name: string): Promise<number> => {
    if (!fresh.has(name)) {
      for (const [one, figure] of Object.entries(await measureAll())) fresh.set(one, figure);
    }
    const figure = fresh.get(name);
    if (figure === undefined) throw new Error(`nothing was measured of ${name}`);
    fresh.delete(name);
    return figure;
  };
  return names.map((name) => ({ name, measure: () => figureOf(name) }));
}
