import { quoteForShell } from './quote-for-shell.ts';
import type { StressRecord } from './schema.ts';

/** Recorded, but no flags: they follow from other options. */
const derived = new Set(['tiers', 'ordinaryRatePerSecond', 'seed', 'withLocalDeny']);
/** Spelled in milliseconds on the command line too. */
const inMilliseconds = new Set(['backendMs']);

/** The command line that runs the same again, from the options that a record holds. */
export function repeatCommand({
  scenario,
  options,
  seed,
}: Pick<StressRecord, 'scenario' | 'options' | 'seed'>): string {
  const flags = Object.entries(options)
    .filter(([name]) => !derived.has(name))
    .flatMap(([name, value]) => flagOf(name, value));
  const localDeny = options['withLocalDeny'] === true ? ['--with local-deny'] : [];
  return ['partywall run', scenario, ...flags, ...localDeny, `--seed ${seed}`].join(' ');
}

function flagOf(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.length > 0 ? [`${spell(name)} ${value.join(',')}`] : [];
  if (value === true) return [spell(name)];
  if (typeof value === 'number' && name.endsWith('Ms') && !inMilliseconds.has(name)) {
    return [`${spell(name.slice(0, -2))} ${value / 1_000}`];
  }
  if (typeof value === 'number') return [`${spell(name)} ${value}`];
  return typeof value === 'string' && value !== ''
    ? [`${spell(name)} ${quoteForShell(value)}`]
    : [];
}

/** `hotRatePerSecond` -> `--hot-rate`. */
function spell(name: string): string {
  const bare = name.replace(/(PerSecond|Percent)$/, '');
  return `--${bare.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
