import type fc from 'fast-check';
import { both, type Model, type Real, type Who } from '../stores.ts';

/** A listing of the tenant's keys. */
export class List implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;

  constructor(who: Who) {
    this.who = who;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const tenant = model.tenants[this.who];
    const [keys] = await both(model, real, async (store) =>
      (await store.listKeys(tenant, model.nowMs)).sort(),
    );
    if (keys.length > 0) model.count('listed');
  }

  toString(): string {
    return `${this.who} lists`;
  }
}
