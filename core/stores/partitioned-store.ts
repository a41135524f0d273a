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

/** Of a Redis Cluster: more partitions would have no keys. */
const SLOTS = 16_384;

export interface PartitionedStoreOptions {
  /** 1 for a tenant that fits a shard; must not change while the tenant has entries. */
  readonly partitionsOf: (tenant: TenantId) => number;
  /** The store of one partition, of whole tenants without a number. All share one connection. */
  readonly open: (partition?: number) => Store;
}

/**
 * Spreads tenants that outgrew a shard of a Redis Cluster over several slots, `{<tenant>#<n>}` each; what
 * is about one key goes to the key's partition, what is about more goes to all of them. Each partition
 * enforces its equal share of rate and quota by itself, so that no request waits for two shards: all
 * together never grant more than the tier does, and less where few keys are asked for, or where a
 * share is no whole number. A cost or an entry above a share is refused whenever it comes. An
 * invalidation returns when every partition has done it; one that fails may have been done in part,
 * as any that times out.
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
    const reply = await this.partOf(request, count).lookup({ ...request, limit });
    return count > 1 && reply.kind === 'rejected' ? { ...reply, ofPartition: true } : reply;
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
    if (Number.isInteger(count) && count >= 1 && count <= SLOTS) return count;
    throw new InvalidInputError('partitions', count, `a whole number 1..${SLOTS}`);
  }

  /** By Redis Cluster's own hash: keys that share a hash tag of theirs share a partition. */
  private partOf({ key }: { readonly key: string }, count: number): Store {
    if (count === 1) return this.whole;
    // What is no text the partition itself refuses, as every store does.
    return this.partAt(typeof key === 'string' ? calculateSlot(key) % count : 0);
  }

  private partAt(partition: number): Store {
    this.parts[partition] ??= this.options.open(partition);
    return this.parts[partition];
  }

  private ofAll<Reply>(tenant: TenantId, ask: (part: Store) => Promise<Reply>): Promise<Reply[]> {
    const count = this.partitionsOf(tenant);
    const parts =
      count === 1 ? [this.whole] : Array.from({ length: count }, (_, at) => this.partAt(at));
    return Promise.all(parts.map(ask));
  }
}

/** A share of a burst below one token would admit nothing ever, and a larger one too much. */
function shareOfRate(limit: RateLimit, count: number): RateLimit {
  if (count === 1 || limit.enforcement === 'off') return limit;
  const { ratePerSecond, burst } = limit;
  if (burst < count) throw tooMany(count, `the burst, ${burst}`);
  return { ...limit, ratePerSecond: ratePerSecond / count, burst: burst / count };
}

function shareOfQuota(quota: Quota, count: number): Quota {
  if (count === 1) return quota;
  const { quotaBytes, quotaEntries = 0 } = quota;
  // A share of none would be no limit at all.
  if (quotaEntries > 0 && quotaEntries < count) {
    throw tooMany(count, `the quota of entries, ${quotaEntries}`);
  }
  return {
    ...quota,
    quotaBytes: Math.floor(quotaBytes / count),
    ...(quotaEntries === 0 ? {} : { quotaEntries: Math.floor(quotaEntries / count) }),
  };
}

function tooMany(count: number, what: string): InvalidInputError {
  return new InvalidInputError('partitions', count, `no more than ${what}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
