import type fc from 'fast-check';
import type { Enforcement } from '../../../core/stores/store.ts';
import { both, type Model, type Real, type Who } from '../stores.ts';

/** A lookup under a tight limit; its fence is kept for later puts. */
export class Lookup implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;
  private readonly key: string;
  private readonly cost: number;
  private readonly enforcement: Enforcement;

  constructor(who: Who, key: string, cost: number, enforcement: Enforcement) {
    this.who = who;
    this.key = key;
    this.cost = cost;
    this.enforcement = enforcement;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { who, key, cost, enforcement } = this;
    const limit = { ratePerSecond: 3, burst: 6, enforcement };
    const tenant = model.tenants[who];
    const request = { tenant, key, limit, cost, nowMs: model.nowMs };
    const [expected, actual] = await both(
      model,
      real,
      (store) => store.lookup(request),
      // A fence is opaque: how each store spells it is its own affair.
      (reply) => ({ ...reply, fence: '' }),
    );
    model.count(expected.kind);
    if (expected.kind === 'rejected' || actual.kind === 'rejected') return;
    model.fences[who].push({ inMemory: expected.fence, inRedis: actual.fence });
  }

  toString(): string {
    const { who, key, cost, enforcement } = this;
    return `${who} looks up ${JSON.stringify(key)} (cost ${cost}, ${enforcement})`;
  }
}
