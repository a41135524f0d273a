import type { Draw } from '../draws.ts';
import { needOf } from '../need.ts';
import { normalQuantile } from '../normal.ts';
import { makeWorld, type WorldSource } from '../world.ts';

/** How far one uncertain figure alone moves the need for memory. */
export interface Influence {
  readonly figure: string;
  /** Resident bytes with the figure at its low and at its high end, all others in the middle. */
  readonly atLow: number;
  readonly atHigh: number;
  /** The larger of the two changes, as a share of the middle. */
  readonly change: number;
}

const NAMES: Readonly<Record<string, string>> = {
  overhead: 'overhead of an entry',
  allocator: "allocator's share",
  fragmentation: 'fragmentation',
};

/** The uncertain figures by their influence, the strongest first: what to measure next. */
export function influences(source: WorldSource): Influence[] {
  const { spec } = source;
  const names = [
    'overhead',
    'allocator',
    'fragmentation',
    ...Object.keys(spec.archetypes).flatMap((name) =>
      ['keys', 'alpha', 'key', 'value'].map((part) => `${name} ${part}`),
    ),
    ...spec.tenants.map((group) => `${group.name} lookups`),
  ];
  const middle = bytesAt(source, '', 0);
  const z = normalQuantile(0.95);
  return names
    .map((name) => {
      const atLow = bytesAt(source, name, -z);
      const atHigh = bytesAt(source, name, z);
      const change = Math.max(Math.abs(atLow - middle), Math.abs(atHigh - middle)) / (middle || 1);
      return { figure: spellFigure(name), atLow, atHigh, change };
    })
    .filter(({ change }) => change > 0)
    .sort((a, b) => b.change - a.change);
}

function bytesAt(source: WorldSource, name: string, z: number): number {
  const draw: Draw = (asked) => (asked === name ? z : 0);
  return needOf(makeWorld(source, draw)).residentBytes;
}

const PARTS: Readonly<Record<string, string>> = {
  keys: 'number of keys',
  alpha: "Zipf's exponent",
  key: 'key size',
  value: 'value size',
  lookups: 'lookups',
};

function spellFigure(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  const at = name.lastIndexOf(' ');
  return `${PARTS[name.slice(at + 1)] ?? name.slice(at + 1)} of ${name.slice(0, at)}`;
}
