import type { Scope } from '../../core/stores/store.ts';
import type { Written } from './ledger.ts';

/** What a read found: the value's writer, nothing, or a value that nobody of the house wrote. */
export type Found = Written | 'nothing' | 'a value that nobody wrote';

/** One operation, from its start to its end, in a clock that only counts such moments. */
export interface Happened {
  readonly step: number;
  readonly who: 0 | 1;
  /** The process it ran in. */
  readonly at: 0 | 1;
  readonly verb: 'get' | 'put' | 'load' | 'invalidate' | 'list' | 'usage' | 'counters' | 'remove';
  /** Of a get, put or load. */
  readonly key?: string;
  /** Of an invalidation. */
  readonly scope?: Scope;
  readonly startedAt: number;
  readonly startedAtMs: number;
  /** Infinite while it goes on. */
  endedAt: number;
  endedAtMs: number;
  /** What it came to, as the tenant sees it, each value replaced by its writer's mark. */
  seen: Seen;
  /** Of a get or load that answered. */
  found?: Found;
  /** What a put wrote, or a load's loader gave. */
  written?: Written;
  /** When the loader was called, or a put began: no older invalidation may let it be forgotten. */
  writtenFrom?: number;
  /** The array that the caller was handed, if it was one. */
  bytes?: Uint8Array;
}

/** An outcome as plain JSON. */
export interface Seen {
  readonly kind: string;
  readonly [field: string]: unknown;
}

export const OPEN: Seen = { kind: 'not answered' };

/** Whether a key belongs to a scope, tags aside. */
export function isInScope(key: string, tags: readonly string[], scope: Scope): boolean {
  switch (scope.kind) {
    case 'key':
      return key === scope.key;
    case 'prefix':
      return key.startsWith(scope.prefix);
    case 'tag':
      return tags.includes(scope.tag);
    case 'tenant':
      return true;
  }
}

/** The mark of a value in what is seen: `<0.3>` is the third value of the first tenant. */
export function markOf(found: Found): string {
  return typeof found === 'string' ? found : `<${found.who}.${found.serial}>`;
}

/** Whether a put, or the fill of a load, reached the store for certain. */
export function isStored({ verb, seen }: Happened): boolean {
  if (verb === 'put') return seen.kind === 'stored';
  return verb === 'load' && seen.kind === 'loaded' && seen['source'] === 'loader'
    ? seen['fill'] === 'stored'
    : false;
}
