import { CircuitBreaker } from '../core/cache/circuit-breaker.ts';
import { DenyList } from '../core/cache/deny-list.ts';
import { LocalShare } from '../core/cache/local-share.ts';
import type { RateLimit } from '../core/stores/store.ts';
import type { TenantId } from '../core/tenancy/tenant-id.ts';
import type { SimulationOptions } from './options.ts';

/**
 * The instances of the reference cache, a process each: what one knows of tenants without asking the
 * store, and its connections. Requests go round the instances, an instance's commands round its
 * connections, and a connection's next command leaves after the reply to its last one.
 */
export class Instances {
  private readonly denyLists: readonly DenyList[];
  private readonly breakers: readonly CircuitBreaker[];
  private readonly localShares: readonly LocalShare[];
  private readonly readNowMs: () => number;
  private readonly connectionsEach: number;
  /** When each connection's last command was answered, a ring of them for each instance. */
  private readonly replyUs: Float64Array;
  private readonly replyAt: Int32Array;
  private next = 0;

  constructor({ client }: SimulationOptions, readNowMs: () => number) {
    const { instances, connectionsPerInstance, cache } = client;
    const { tenantsMax } = cache;
    const each = Array.from({ length: instances });
    this.denyLists = each.map(() => new DenyList(tenantsMax, cache.denyMsMax));
    this.breakers = each.map(
      () => new CircuitBreaker(cache.circuitFailuresMax, cache.circuitOpenMs, tenantsMax),
    );
    this.localShares = each.map(() => new LocalShare(cache.localShare, tenantsMax));
    this.readNowMs = readNowMs;
    this.connectionsEach = connectionsPerInstance;
    this.replyUs = new Float64Array(instances * connectionsPerInstance);
    this.replyAt = new Int32Array(instances);
  }

  /** The one that takes the next request. */
  take(): number {
    const instance = this.next;
    this.next = instance + 1 === this.denyLists.length ? 0 : instance + 1;
    return instance;
  }

  isDenied(instance: number, tenant: number): boolean {
    const denyList = this.denyLists[instance] as DenyList;
    return denyList.retryAfterMs(idOf(tenant), 1, this.readNowMs) > 0;
  }

  /** The store's rejection has reached the instance. */
  deny(instance: number, tenant: number, retryAfterMs: number): void {
    const denyList = this.denyLists[instance] as DenyList;
    denyList.deny(idOf(tenant), 1, retryAfterMs, this.readNowMs());
  }

  /** Whether the circuit breaker lets the store be asked. */
  admits(instance: number, tenant: number): boolean {
    return (this.breakers[instance] as CircuitBreaker).admits(idOf(tenant), this.readNowMs);
  }

  storeAnswered(instance: number, tenant: number): void {
    (this.breakers[instance] as CircuitBreaker).succeeded(idOf(tenant));
  }

  storeFailed(instance: number, tenant: number): void {
    (this.breakers[instance] as CircuitBreaker).failed(idOf(tenant), this.readNowMs());
  }

  /** Whether a request without the store stays within the instance's share of the limit. */
  takeShare(instance: number, tenant: number, limit: RateLimit): boolean {
    const share = this.localShares[instance] as LocalShare;
    return share.take(idOf(tenant), limit, 1, this.readNowMs()) <= 0;
  }

  /** The connection whose turn it is. */
  claimConnection(instance: number): number {
    const at = this.replyAt[instance] as number;
    this.replyAt[instance] = at + 1 === this.connectionsEach ? 0 : at + 1;
    return instance * this.connectionsEach + at;
  }

  /** When a command given to the connection now leaves. */
  sentUs(connection: number, nowUs: number): number {
    return Math.max(nowUs, this.replyUs[connection] as number);
  }

  answered(connection: number, replyUs: number): void {
    this.replyUs[connection] = replyUs;
  }
}

/** Local tables of the cache are keyed by tenant ids; a number serves as well. */
function idOf(tenant: number): TenantId {
  return tenant as unknown as TenantId;
}
