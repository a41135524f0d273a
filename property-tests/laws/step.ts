import type { WrittenForm } from './ledger.ts';

/** What a tenant does in one step. Keys are numbers into the keys of the case. */
export type Act =
  | { readonly verb: 'get'; readonly key: number }
  /** Several gets at once. */
  | { readonly verb: 'batch'; readonly keys: readonly number[] }
  | {
      readonly verb: 'put';
      readonly key: number;
      readonly form: WrittenForm;
      readonly ttlMs: number;
      readonly tags: readonly string[];
    }
  /** Get or load, the load at once. */
  | LoadAct<'load'>
  /** Get or load; a load goes on until the tenant's next `finish`, or the end. */
  | LoadAct<'begin'>
  | { readonly verb: 'finish' }
  | { readonly verb: 'invalidate'; readonly by: 'key' | 'prefix'; readonly key: number }
  | { readonly verb: 'invalidate'; readonly by: 'tag'; readonly tag: string }
  | { readonly verb: 'invalidate'; readonly by: 'tenant' }
  | { readonly verb: 'list' | 'usage' | 'counters' | 'remove' };

interface LoadAct<Verb> {
  readonly verb: Verb;
  readonly key: number;
  readonly form: WrittenForm;
  readonly tags: readonly string[];
}

export interface Step {
  /** Which of the two tenants. */
  readonly who: 0 | 1;
  /** Which of the two processes. */
  readonly at: 0 | 1;
  /** Passes before the step, in milliseconds. */
  readonly afterMs: number;
  /** Reads only: starts together with the step before. */
  readonly together: boolean;
  readonly act: Act;
}

export function isRead({ verb }: Act): boolean {
  return verb === 'get' || verb === 'batch';
}
