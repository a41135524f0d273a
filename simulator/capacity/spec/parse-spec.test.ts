import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { BadInputError } from '../../../results/output/operating-errors.ts';
import { EXACT_SPEC } from '../plan.fixture.ts';
import { SHIPPED_PRICES } from '../prices.ts';
import { parsePrices, parseSpec } from './parse-spec.ts';
import { PRESET_NAMES, presetInput } from './presets.ts';
import { quantityAt } from './quantity.ts';
import { planSpecJsonSchema } from './schema.ts';
import { SPEC_TEMPLATE } from './template.ts';

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    return error.problems.map(({ field, value, expected }) => `${field} = ${value}: ${expected}`);
  }
}

describe('a spec', () => {
  it('is read from YAML, from JSON, and as plan init writes it', () => {
    expect(parseSpec(EXACT_SPEC, 'a.yaml').tenants).toHaveLength(2);
    expect(parseSpec(SPEC_TEMPLATE, 'init.yaml').name).toBe('my-cache');
    for (const name of PRESET_NAMES) {
      expect(parseSpec(JSON.stringify(presetInput(name)), 'a.json').name).toBe(name);
    }
  });

  it('has all its problems named at line and column', () => {
    const text = `version: 1
name: x
tiers:
  gold: { deadlineMs: -5, ttlSeconds: 60, ratePerSecond: 10, quotaGiB: 1, pricePerMonth: 5 }
archetypes:
  a: { keyCount: { low: 5, mid: 3, high: 9 }, zipfAlpha: x, keyBytes: 3, valueBytes: 5, foo: 1 }
tenants:
  - { name: a, tier: gold, archetype: b }
  - { name: a, tier: gold, archetype: a, lookupsPerSecond: 5 }
`;
    const problems = problemsOf(() => parseSpec(text, 's.yaml'));

    expect(problems.map((one) => one.split(' = ')[0])).toEqual([
      's.yaml:4:23 tiers.gold.deadlineMs',
      's.yaml:6:18 archetypes.a.keyCount',
      's.yaml:6:58 archetypes.a.zipfAlpha',
      's.yaml:6:94 archetypes.a.foo',
      's.yaml:8:5 tenants[0].lookupsPerSecond',
      's.yaml:8:39 tenants[0].archetype',
      's.yaml:9:13 tenants[1].name',
    ]);
    expect(problems[1]).toContain('low <= mid <= high');
    expect(problems[5]).toContain('one of the archetypes: a');
  });

  it('is refused where it contradicts itself, every contradiction at once', () => {
    const text = `${EXACT_SPEC}  - { name: a, tier: silver, archetype: pages, lookupsPerSecond: 9000 }
  - { name: c, tier: gold, archetype: pages, lookupsPerSecond: 9, count: 20000 }
backend: { serviceMsP50: 100, serviceMsP95: 50 }
current: { masters: 3 }
constraints: { shapes: [r7i.large, r99.huge] }
`;
    const problems = problemsOf(() => parseSpec(text, 's.yaml')).join('\n');

    expect(problems).toContain('a name no other group has');
    expect(problems).toContain('one of the tiers: gold');
    expect(problems).toContain('at least the median, 100');
    expect(problems).toContain('either a shape or memoryGiB');
    expect(problems).toContain('at most 20000 tenants together');
    expect(problems).toMatch(/constraints\.shapes\[1\] = r99\.huge: a shape of the price list/);
  });

  it.each(['', 'risk: {}\n', 'risk: { confidence: 0.95 }\n'])(
    'takes the same risks whatever part of them it leaves out: %j',
    (more) => {
      const risk = { confidence: 0.95, overcommit: 0.05 };

      expect(parseSpec(`${EXACT_SPEC}${more}`, 'a.yaml').risk).toEqual(risk);
    },
  );

  it('names shapes of the price list that it is planned with', () => {
    const text = `${EXACT_SPEC}current: { shape: r7i.large, masters: 1 }\n`;
    const shapes = [{ name: 'own', memoryGiB: 8, cores: 2, networkMbps: 500, pricePerMonth: 9 }];
    const prices = { ...SHIPPED_PRICES, shapes };

    expect(problemsOf(() => parseSpec(text, 's.yaml'))).toEqual([]);
    expect(problemsOf(() => parseSpec(text, 's.yaml', prices)).join()).toContain(
      'current.shape = r7i.large: a shape of the price list of 2026-06-06: own',
    );
  });

  it.each([
    ['tenants: [', /s\.yaml:1:\d+ = not readable/],
    ['', /the whole spec/],
    ['42', /the whole spec/],
  ])('that is %j is refused in words', (text, expected) => {
    expect(problemsOf(() => parseSpec(text, 's.yaml')).join()).toMatch(expected);
  });

  it('has a JSON Schema that names every field with its meaning', () => {
    const schema = JSON.stringify(planSpecJsonSchema());

    expect(schema).toContain('"$schema"');
    expect(schema).toContain('share of cases between low and high');
    expect(schema).toContain('"additionalProperties":false');
  });

  it('has a JSON Schema that takes what the planner takes, and refuses what it refuses', () => {
    const schema = z.fromJSONSchema(planSpecJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
    const takes = (raw: unknown) => schema.safeParse(raw).success;
    const template = parse(SPEC_TEMPLATE);

    expect(takes(template)).toBe(true);
    for (const name of PRESET_NAMES) expect(takes(presetInput(name))).toBe(true);
    expect(takes({ ...template, colour: 'red' })).toBe(false);
    expect(takes({ ...template, tenants: [] })).toBe(false);
    expect(takes({ ...template, version: 2 })).toBe(false);
  });
});

describe('a price list', () => {
  it('needs a date, a source and shapes', () => {
    const problems = problemsOf(() => parsePrices('currency: USD\nshapes: []\n', 'p.yaml')).join(
      '\n',
    );

    expect(problems).toContain('date');
    expect(problems).toContain('source');
    expect(problems).toContain('shapes');
  });
});

describe('an interval', () => {
  const interval = { low: 50, mid: 100, high: 400, confidence: 0.9 };

  it('has its ends at the quantiles that its confidence names, its middle at the median', () => {
    expect(quantityAt(interval, 0)).toBe(100);
    expect(quantityAt(interval, -1.6448536269514722)).toBeCloseTo(50, 9);
    expect(quantityAt(interval, 1.6448536269514722)).toBeCloseTo(400, 9);
  });

  it('from 0 never falls below 0', () => {
    expect(quantityAt({ low: 0, mid: 1, high: 2, confidence: 0.5 }, -5)).toBe(0);
  });
});
