import type fc from 'fast-check';
import type { Scope } from '../../../core/stores/store.ts';
import { both, type Model, type Real, type Who } from '../stores.ts';

/** An invalidation of a key, a prefix, a tag or the tenant. */
export class Invalidate implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;
  private readonly scope: Scope;

  constructor(who: Who, scope: Scope) {
    this.who = who;
    this.scope = scope;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const request = { tenant: model.tenants[this.who], scope: this.scope, nowMs: model.nowMs };
    const [{ removedCount }] = await both(model, real, (store) => store.invalidate(request));
    if (removedCount > 0) model.count('invalidated');
  }

  toString(): string {
    return `${this.who} invalidates ${JSON.stringify(this.scope)}`;
  }
}
