import type { Snapshot } from './redis-inspector.ts';

/** One operation of a history, what came of it, and what it did on the server. */
export interface Step {
  readonly tenant: string;
  /** Through which opening of the deployment; the second stands for another process. */
  readonly via: 'first' | 'second';
  readonly operation: string;
  readonly words: readonly unknown[];
  answer?: unknown;
  /** What was thrown. */
  refused?: string;
  redis?: RedisChanges;
}

/** The steps of a history, with who wrote which value. */
export interface History {
  readonly steps: readonly Step[];
  /** Writers by token, in the order of writing. */
  readonly written: readonly { readonly tenant: string; readonly token: string }[];
}

/** Redis keys that a step made, changed or removed. */
export interface RedisChanges {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const LISTED_MAX = 20;

export function changesBetween(before: Snapshot, after: Snapshot): RedisChanges {
  const created: string[] = [];
  const changed: string[] = [];
  for (const [id, entry] of after) {
    const earlier = before.get(id);
    if (earlier === undefined) created.push(entry.name);
    else if (!isSameContent(earlier.fields, entry.fields)) changed.push(entry.name);
  }
  const removed = [...before].filter(([id]) => !after.has(id)).map(([, { name }]) => name);
  const list = (names: string[]) => names.sort().slice(0, LISTED_MAX);
  return { created: list(created), changed: list(changed), removed: list(removed) };
}

function isSameContent(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([field, content]) => other.get(field) === content);
}
