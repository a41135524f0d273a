import { displayName } from './redis-inspector.ts';
import type { History, RedisChanges, Step } from './step.ts';

/** The smallest history found that breaks a property, as it was carried out. */
export interface Counterexample {
  readonly what: string;
  /** Why these tenants were tried. */
  readonly confusion: string;
  readonly tenants: readonly [string, string];
  readonly keys: readonly [string, string];
  readonly steps: readonly ToldStep[];
  /** Every key seen on the server during the history. */
  readonly redisKeys: readonly string[];
  /** How often the history broke the property when it was repeated. */
  readonly repeated: { readonly times: number; readonly of: number };
}

/** A step for people and for JSON: values are named, not shown, unless asked for. */
export interface ToldStep {
  readonly tenant: string;
  readonly operation: string;
  readonly arguments: readonly string[];
  readonly result: string;
  /** Through which opening; the second stands for another process. */
  readonly via: 'first' | 'second';
  readonly redis: RedisChanges;
}

const NO_CHANGES: RedisChanges = { created: [], changed: [], removed: [] };

export function describeHistory(
  { steps, written }: History,
  showValues: boolean,
): Pick<Counterexample, 'steps' | 'redisKeys'> {
  const tell = (text: string): string => {
    const index = written.findIndex(({ token }) => text.includes(token));
    const writer = written[index];
    if (writer === undefined) return showValues ? quote(text) : `<${text.length} characters>`;
    const name = showValues ? quote(text) : `<value ${index + 1}>`;
    return `${name} of "${displayName(writer.tenant)}"`;
  };
  const told = steps.map((step) => tellStep(step, tell));
  const seen = told.flatMap(({ redis }) => [...redis.created, ...redis.changed, ...redis.removed]);
  return { steps: told, redisKeys: [...new Set(seen)].sort() };
}

function tellStep(step: Step, tell: (text: string) => string): ToldStep {
  const { tenant, via, operation, words, redis = NO_CHANGES } = step;
  const [first, ...rest] = words;
  const key = typeof first === 'string' ? [quote(first)] : [];
  const more = rest.map((word) => (typeof word === 'string' ? tell(word) : JSON.stringify(word)));
  const result = tellResult(step, tell);
  const name = displayName(tenant);
  return { tenant: name, operation, arguments: [...key, ...more], result, via, redis };
}

const LISTED_MAX = 6;

function tellResult({ answer, refused }: Step, tell: (text: string) => string): string {
  if (refused !== undefined) return 'refused';
  if (typeof answer === 'string') return tell(answer);
  if (!Array.isArray(answer)) return '';
  const listed = answer.slice(0, LISTED_MAX).map((one) => quote(String(one)));
  const rest = answer.length > LISTED_MAX ? `, ${answer.length - LISTED_MAX} more` : '';
  return `[${listed.join(', ')}${rest}]`;
}

function quote(text: string): string {
  return `"${displayName(text)}"`;
}
