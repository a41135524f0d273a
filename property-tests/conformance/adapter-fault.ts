import { BadInputError } from '../../results/output/operating-errors.ts';

/** The adapter breaks its contract, so that nothing can be said about the cache behind it. */
export class AdapterFault extends BadInputError {
  /**
   * @param where in the adapter, as its author calls it: `get()`
   * @param found what it did
   * @param expected what the contract says
   */
  constructor(where: string, found: string, expected: string) {
    super([{ field: `adapter ${where}`, value: found, expected }]);
  }
}

/** What was thrown, in one line that fits a terminal. */
export function describeThrown(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > MESSAGE_MAX ? `${line.slice(0, MESSAGE_MAX)}...` : line;
}

const MESSAGE_MAX = 160;

/** Text, list or what it is, for a message about a wrong type. */
export function describeType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
