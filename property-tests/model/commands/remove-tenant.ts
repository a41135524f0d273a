import type fc from 'fast-check';
import { both, type Model, type Real, type Who } from '../stores.ts';

/** The tenant is removed; whatever it does next creates it anew. */
export class RemoveTenant implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;

  constructor(who: Who) {
    this.who = who;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const tenant = model.tenants[this.who];
    await both(model, real, (store) => store.removeTenant(tenant));
    model.count('removed');
  }

  toString(): string {
    return `${this.who} is removed`;
  }
}
