import type fc from 'fast-check';
import { both, type Model, type Real, type Who } from '../stores.ts';

/** Acquires the lease on loading a key. */
export class AcquireLease implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;
  private readonly key: string;
  private readonly token: string;

  constructor(who: Who, key: string, token: string) {
    this.who = who;
    this.key = key;
    this.token = token;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { who, key, token } = this;
    const lease = { tenant: model.tenants[who], key, token, leaseMs: 900, nowMs: model.nowMs };
    await both(model, real, (store) => store.acquireLease(lease));
    model.count('acquired');
  }

  toString(): string {
    return `${this.who} acquires the lease on ${JSON.stringify(this.key)} as ${this.token}`;
  }
}
