import type { Scope } from './store.ts';

/** A scope as the policy spells it: the whole tenant is the empty prefix. */
export function spellScope(scope: Scope): { scope: string; target: string } {
  if (scope.kind === 'key') return { scope: 'key', target: scope.key };
  if (scope.kind === 'tag') return { scope: 'tag', target: scope.tag };
  return { scope: 'prefix', target: scope.kind === 'prefix' ? scope.prefix : '' };
}
