import calculateSlot from 'cluster-key-slot';
import { InvalidInputError } from '../tenancy/invalid-input-error.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import type {
  InvalidateReply,
  InvalidateRequest,
  LeaseRequest,
  LookupReply,
  LookupRequest,
  PutReply,
  PutRequest,
  Quota,
  RateLimit,
  ReconcileReply,
  Store,
  TenantUsage,
} from './store.ts';

export interface PartitionedStoreOptions {
  /** 1 for a tenant that fits a shard; must not change while the tenant has entries. */
  readonly partitionsOf: (tenant: TenantId) => number;
  /** The store of one partition, of whole tenants without a number. All share one connection. */
  readonly open: (partition?: number) => Store;
}

/**
 * Spreads tenants that outgrew a shard of a Redis Cluster over several slots, `{<tenant>#<n>}` each; what
 * is about one key goes to the key's partition, what is about more goes to all of them. Each partition
 * enforces its equal share of rate and quota by itself, so that no request waits for two shards: a
 * tenant gets its whole share where its keys are asked for evenly, less where few keys are, and never
 * more. An invalidation returns when every partition has done it; one that fails may have been done
 * in part, as any that times out.
 */
export class PartitionedStore implements Store {
  private readonly options: PartitionedStoreOptions;
  private readonly whole: Store;
  private readonly parts: Store[] = [];

  constructor(options: PartitionedStoreOptions) {
    this.options = options;
    this.whole = options.open();
  }

  async lookup(request: LookupRequest): Promise<LookupReply> {
    const count = this.partitionsOf(request.tenant);
    const limit = shareOfRate(request.limit, count);
    return this.partOf(request, count).lookup({ ...request, limit });
  }

  async put(request: PutRequest): Promise<PutReply> {
    const count = this.partitionsOf(request.tenant);
    const quota = shareOfQuota(request.quota, count);
    return this.partOf(request, count).put({ ...request, quota });
  }

  async invalidate(request: InvalidateRequest): Promise<InvalidateReply> {
    const { tenant, scope } = request;
    if (scope.kind === 'key') {
      const part = this.partOf(scope, this.partitionsOf(tenant));
      return part.invalidate(request);
    }
    const replies = await this.ofAll(tenant, (part) => part.invalidate(request));
    return { removedCount: sum(replies.map(({ removedCount }) => removedCount)) };
  }

  async acquireLease(request: LeaseRequest): Promise<{ readonly acquired: boolean }> {
    return this.partOf(request, this.partitionsOf(request.tenant)).acquireLease(request);
  }

  async releaseLease(request: LeaseRequest): Promise<void> {
    return this.partOf(request, this.partitionsOf(request.tenant)).releaseLease(request);
  }

  async readUsage(tenant: TenantId, nowMs?: number): Promise<TenantUsage> {
    const all = await this.ofAll(tenant, (part) => part.readUsage(tenant, nowMs));
    const total = { ...(all[0] as TenantUsage) };
    for (const name of Object.keys(total) as (keyof TenantUsage)[]) {
      total[name] = sum(all.map((usage) => usage[name]));
    }
    return total;
  }

  async listKeys(tenant: TenantId, nowMs?: number): Promise<string[]> {
    return (await this.ofAll(tenant, (part) => part.listKeys(tenant, nowMs))).flat();
  }

  async reconcile(tenant: TenantId, nowMs?: number): Promise<ReconcileReply> {
    const replies = await this.ofAll(tenant, (part) => part.reconcile(tenant, nowMs));
    return {
      driftBytes: sum(replies.map(({ driftBytes }) => driftBytes)),
      driftEntries: sum(replies.map(({ driftEntries }) => driftEntries)),
    };
  }

  async removeTenant(tenant: TenantId): Promise<void> {
    await this.ofAll(tenant, (part) => part.removeTenant(tenant));
  }

  close(): Promise<void> {
    return this.whole.close();
  }

  private partitionsOf(tenant: TenantId): number {
    const count = this.options.partitionsOf(tenant);
    if (Number.isInteger(count) && count >= 1) return count;
    throw new InvalidInputError('partitions', count, 'a whole number from 1');
  }

  /** By Redis Cluster's own hash: keys that share a hash tag of theirs share a partition. */
  private partOf({ key }: { readonly key: string }, count: number): Store {
    return count === 1 ? this.whole : this.partAt(calculateSlot(key) % count);
  }

  private partAt(partition: number): Store {
    this.parts[partition] ??= this.options.open(partition);
    return this.parts[partition];
  }

  private ofAll<Reply>(tenant: TenantId, ask: (part: Store) => Promise<Reply>): Promise<Reply[]> {
    const count = this.partitionsOf(tenant);
    if (count === 1) return Promise.all([ask(this.whole)]);
    return Promise.all(Array.from({ length: count }, (_, at) => ask(this.partAt(at))));
  }
}

/** A burst below one token would admit nothing ever. */
function shareOfRate(limit: RateLimit, count: number): RateLimit {
  if (count === 1) return limit;
  const { ratePerSecond, burst } = limit;
  return { ...limit, ratePerSecond: ratePerSecond / count, burst: Math.max(1, burst / count) };
}

function shareOfQuota(quota: Quota, count: number): Quota {
  if (count === 1) return quota;
  const { quotaBytes, quotaEntries } = quota;
  return {
    ...quota,
    quotaBytes: Math.floor(quotaBytes / count),
    ...(quotaEntries === undefined ? {} : { quotaEntries: Math.floor(quotaEntries / count) }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
