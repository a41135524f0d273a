import { middleOf } from './quantity.ts';
import type { PlanSpec, PriceList } from './schema.ts';
import type { SpecProblem } from './spec-problem.ts';

/**
 * What a well-formed spec says that cannot all be true; every contradiction at once.
 * @param prices the list that the plan will take its shapes from
 */
export function findContradictions(spec: PlanSpec, prices: PriceList): SpecProblem[] {
  return [
    ...archetypeProblems(spec),
    ...groupProblems(spec),
    ...countProblems(spec),
    ...tierProblems(spec),
    ...clusterProblems(spec, prices),
    ...backendProblems(spec),
    ...publishedProblems(spec),
  ];
}

/**
 * Names that are not there or there twice, in a spec whose shape is wrong elsewhere: so that these
 * are told in the same breath.
 */
export function strayNames(raw: unknown): SpecProblem[] {
  const { tiers, archetypes, tenants } = (raw ?? {}) as Record<string, unknown>;
  if (!Array.isArray(tenants)) return [];
  const names = new Set<unknown>();
  return tenants.flatMap((group: unknown, index) => {
    const { name, tier, archetype } = (group ?? {}) as Record<string, unknown>;
    const isTaken = names.has(name);
    names.add(name);
    return [
      ...(isTaken && typeof name === 'string' ? [takenName(index, name)] : []),
      ...strayName(['tenants', index, 'tier'], tier, tiers, 'tiers'),
      ...strayName(['tenants', index, 'archetype'], archetype, archetypes, 'archetypes'),
    ];
  });
}

function takenName(index: number, name: string): SpecProblem {
  return { path: ['tenants', index, 'name'], value: name, expected: 'a name no other group has' };
}

function strayName(
  path: readonly PropertyKey[],
  name: unknown,
  known: unknown,
  what: string,
): SpecProblem[] {
  if (typeof name !== 'string' || typeof known !== 'object' || known === null) return [];
  const names = Object.keys(known);
  if (names.includes(name)) return [];
  const expected = `one of the ${what}: ${names.join(', ') || '(none are given)'}`;
  return [{ path, value: name, expected }];
}

function archetypeProblems({ archetypes }: PlanSpec): SpecProblem[] {
  return Object.entries(archetypes).flatMap(([name, { trace, keyCount, zipfAlpha }]) => {
    const path = ['archetypes', name];
    if (trace !== undefined && (keyCount !== undefined || zipfAlpha !== undefined)) {
      return [{ path, value: 'both', expected: 'either trace, or keyCount with zipfAlpha' }];
    }
    if (trace === undefined && (keyCount === undefined || zipfAlpha === undefined)) {
      return [{ path, value: 'incomplete', expected: 'keyCount and zipfAlpha, or a trace' }];
    }
    return [];
  });
}

function groupProblems({ tenants, tiers, archetypes }: PlanSpec): SpecProblem[] {
  const seen = new Set<string>();
  return tenants.flatMap((group, index) => {
    const problems: SpecProblem[] = [];
    const at = (field: string) => ['tenants', index, field];
    if (seen.has(group.name)) problems.push(takenName(index, group.name));
    seen.add(group.name);
    if (tiers[group.tier] === undefined) {
      const expected = `one of the tiers: ${Object.keys(tiers).join(', ') || '(none are given)'}`;
      problems.push({ path: at('tier'), value: group.tier, expected });
    }
    if (archetypes[group.archetype] === undefined) {
      const expected = `one of the archetypes: ${Object.keys(archetypes).join(', ') || '(none are given)'}`;
      problems.push({ path: at('archetype'), value: group.archetype, expected });
    }
    return problems;
  });
}

/** Each is worked out in every world, and has its row in the report. */
const TENANTS_MAX = 20_000;

function countProblems({ tenants }: PlanSpec): SpecProblem[] {
  const count = tenants.reduce((sum, group) => sum + group.count, 0);
  if (count <= TENANTS_MAX) return [];
  const expected = `at most ${TENANTS_MAX} tenants together: plan a part of them, or fewer larger ones`;
  return [{ path: ['tenants'], value: `${count}`, expected }];
}

function tierProblems({ tiers, archetypes, tenants }: PlanSpec): SpecProblem[] {
  const problems: SpecProblem[] = [];
  for (const [name, { burst, ratePerSecond }] of Object.entries(tiers)) {
    if (burst !== undefined && burst < 1) {
      problems.push({ path: ['tiers', name, 'burst'], value: `${burst}`, expected: 'at least 1' });
    }
    const rates = tenants.filter((group) => group.tier === name);
    for (const group of rates) {
      const mean = middleOf(group.lookupsPerSecond);
      if (mean <= ratePerSecond) continue;
      problems.push({
        path: ['tenants', tenants.indexOf(group), 'lookupsPerSecond'],
        value: `${mean}`,
        expected: `at most the limit of tier ${name}, ${ratePerSecond}: more would never be admitted`,
      });
    }
  }
  for (const [index, group] of tenants.entries()) {
    const quota = (tiers[group.tier]?.quotaGiB ?? Number.POSITIVE_INFINITY) * 2 ** 30;
    const value = middleOf(archetypes[group.archetype]?.valueBytes ?? 0);
    if (value < quota) continue;
    const expected = `a tier whose quota holds at least one value of ${value} bytes`;
    problems.push({ path: ['tenants', index, 'tier'], value: group.tier, expected });
  }
  return problems;
}

function clusterProblems(
  { current, constraints }: PlanSpec,
  { shapes, date }: PriceList,
): SpecProblem[] {
  const problems: SpecProblem[] = [];
  const known = shapes.map((shape) => shape.name);
  const expectShape = (path: readonly PropertyKey[], value: string | undefined) => {
    if (value === undefined || known.includes(value)) return;
    const expected = `a shape of the price list of ${date}: ${known.join(', ')}`;
    problems.push({ path, value, expected });
  };
  if (
    current !== undefined &&
    (current.shape === undefined) === (current.memoryGiB === undefined)
  ) {
    const value = current.shape === undefined ? 'neither' : 'both';
    problems.push({ path: ['current'], value, expected: 'either a shape or memoryGiB' });
  }
  expectShape(['current', 'shape'], current?.shape);
  for (const [index, name] of (constraints.shapes ?? []).entries()) {
    expectShape(['constraints', 'shapes', index], name);
  }
  return problems;
}

function backendProblems({ backend }: PlanSpec): SpecProblem[] {
  if (backend === undefined) return [];
  const p50 = middleOf(backend.serviceMsP50);
  const p95 = middleOf(backend.serviceMsP95);
  if (p95 >= p50) return [];
  const expected = `at least the median, ${p50}`;
  return [{ path: ['backend', 'serviceMsP95'], value: `${p95}`, expected }];
}

function publishedProblems({ published, tiers }: PlanSpec): SpecProblem[] {
  return Object.keys(published?.p95Ms ?? {})
    .filter((name) => tiers[name] === undefined)
    .map((name) => ({ path: ['published', 'p95Ms', name], value: name, expected: 'a tier' }));
}
