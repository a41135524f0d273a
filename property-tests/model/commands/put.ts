import type fc from 'fast-check';
import type { Enforcement } from '../../../core/stores/store.ts';
import { both, type Model, type Real, type Who } from '../stores.ts';

export interface PutOptions {
  readonly size: number;
  readonly ttlMs: number;
  readonly tags: readonly string[];
  readonly atQuota: 'evict' | 'refuse';
  readonly quotaEntries: number | undefined;
  readonly enforcement: Enforcement;
  /** Which of the fences that the tenant was given so far, if any. */
  readonly fence: number | undefined;
}

/** A put under a small quota, with a fence that may be outdated. */
export class Put implements fc.AsyncCommand<Model, Real> {
  private readonly who: Who;
  private readonly key: string;
  private readonly options: PutOptions;

  constructor(who: Who, key: string, options: PutOptions) {
    this.who = who;
    this.key = key;
    this.options = options;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { size, ttlMs, tags, atQuota, quotaEntries, enforcement, fence } = this.options;
    const fences = model.fences[this.who];
    const pair = fence === undefined ? undefined : fences[fence % Math.max(1, fences.length)];
    const entries = quotaEntries === undefined ? {} : { quotaEntries };
    const request = {
      tenant: model.tenants[this.who],
      key: this.key,
      value: 'v'.repeat(size),
      seal: 's',
      ttlMs,
      tags,
      loadMs: 1.5,
      quota: { quotaBytes: 4000, atQuota, enforcement, ...entries },
      nowMs: model.nowMs,
    };
    const [reply] = await both(model, real, (store) => {
      const own = store === model.memory ? pair?.inMemory : pair?.inRedis;
      return store.put(own === undefined ? request : { ...request, fence: own });
    });
    model.count(reply.kind === 'stored' ? 'stored' : reply.reason);
    if (reply.kind === 'stored' && reply.evictedCount > 0) model.count('evicted');
  }

  toString(): string {
    return `${this.who} puts ${JSON.stringify(this.key)} ${JSON.stringify(this.options)}`;
  }
}
