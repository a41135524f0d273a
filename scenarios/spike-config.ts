import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadModule } from '../results/output/load-module.ts';
import { BadInputError, type InputProblem } from '../results/output/operating-errors.ts';
import { addSpikeFlags } from './spike-flags.ts';

/** Read where no other is named, if it is there. */
export const USUAL_CONFIG = 'partywall.config.ts';

/** What a config says about a spike. */
export interface SpikeConfig {
  /** As the command line would have them; flags that are given there come before these. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** What is wrong with it by itself; what its values may be is the options' matter. */
  readonly problems: readonly InputProblem[];
  /** Names a flag as the user gave it: in the config, unless the command line has it, too. */
  fieldOf(field: string): string;
}

/**
 * Reads a module whose default export is `{ spike: { rounds: 12, without: ['limiter'] } }`: flags of
 * `run spike` by their names in camel case.
 * @param given flags of the command line, `config` among them where it names a file
 * @throws BadInputError where the file is no module that can be loaded
 */
export async function readSpikeConfig(given: Record<string, unknown>): Promise<SpikeConfig> {
  const named = given['config'];
  const file = typeof named === 'string' ? named : USUAL_CONFIG;
  if (named === undefined && !existsSync(file)) {
    return { flags: {}, problems: [], fieldOf: (field) => field };
  }
  return checkConfig(await loadModule(file, '{ spike: { ... } }'), file, given);
}

function checkConfig(config: unknown, file: string, given: Record<string, unknown>): SpikeConfig {
  const known = new Map(spikeFlags().map((flag) => [flag.attributeName(), flag]));
  const problems: InputProblem[] = [];
  const flags: Record<string, unknown> = {};
  const sections = isObject(config) ? config : {};
  const spike = isObject(sections['spike']) ? sections['spike'] : {};
  if (!isObject(config) || !isObject(config['spike'] ?? {})) {
    problems.push({ field: file, value: describe(config), expected: '{ spike: { ... } }' });
  }
  for (const name of Object.keys(sections).filter((one) => one !== 'spike')) {
    problems.push({ field: `${file} ${name}`, value: 'given', expected: 'spike only' });
  }
  for (const [name, value] of Object.entries(spike)) {
    const flag = known.get(name);
    const expected = flag ? expectedOf(value, flag.isBoolean()) : `one of ${[...known.keys()]}`;
    if (expected === undefined) flags[name] = asFlag(value);
    else problems.push({ field: `${file} spike.${name}`, value: describe(value), expected });
  }
  const fieldOf = (field: string) => {
    const name = [...known].find(([, flag]) => flag.long === field)?.[0];
    return name !== undefined && name in flags && given[name] === undefined
      ? `${file} spike.${name}`
      : field;
  };
  return { flags, problems, fieldOf };
}

function spikeFlags() {
  return addSpikeFlags(new Command()).options.filter((flag) => flag.long !== '--config');
}

/** What a value should have been; undefined where it is something that a flag can be. */
function expectedOf(value: unknown, isYesOrNo: boolean): string | undefined {
  if (isYesOrNo) return typeof value === 'boolean' ? undefined : 'true or false';
  const isPlain = (one: unknown) => typeof one === 'string' || typeof one === 'number';
  if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) return undefined;
  return 'text, a number, or a list of them';
}

/** Options are checked as text, as the command line has them. */
function asFlag(value: unknown): unknown {
  return typeof value === 'boolean' ? value : String(value);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Runs a check of all flags, and tells its problems and those of the config together. */
export function checkedWith<Result>(config: SpikeConfig, check: () => Result): Result {
  const problems = [...config.problems];
  let result: Result | undefined;
  try {
    result = check();
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    for (const one of error.problems) problems.push({ ...one, field: config.fieldOf(one.field) });
  }
  if (problems.length > 0 || result === undefined) throw new BadInputError(problems);
  return result;
}
