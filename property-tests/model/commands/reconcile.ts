import type fc from 'fast-check';
import { demandSame } from '../../laws/law.ts';
import { both, type Model, type Real, type Who } from '../stores.ts';

/** A recount of the tenant's entries, which finds no drift. */
export class Reconcile implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;

  constructor(who: Who) {
    this.who = who;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const tenant = model.tenants[this.who];
    const [drift] = await both(model, real, (store) => store.reconcile(tenant, model.nowMs));
    demandSame(drift, { driftBytes: 0, driftEntries: 0 }, () => 'the recount found');
    model.count('reconciled');
  }

  toString(): string {
    return `${this.who} is recounted`;
  }
}
