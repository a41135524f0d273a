import { CircuitBreaker } from '../core/cache/circuit-breaker.ts';
import { DenyList } from '../core/cache/deny-list.ts';
import { decideEarlyRefresh, jitterTtl } from '../core/cache/early-refresh.ts';
import { LocalShare } from '../core/cache/local-share.ts';
import { lookup } from '../core/policy/lookup.ts';
import { HIT, REJECTED, STORED } from '../core/policy/outcome-code.ts';
import { put } from '../core/policy/put.ts';
import type { RateLimit } from '../core/stores/store.ts';
import type { TenantId } from '../core/tenancy/tenant-id.ts';
import { type ArraySpace, keyOf } from './array-space.ts';
import { MergedArrivals } from './arrivals.ts';
import { LookupQuestion, PutQuestion } from './asked.ts';
import { Backend, REFUSED } from './backend.ts';
import type { Observer } from './checkers/observer.ts';
import { viewStep } from './checkers/view-step.ts';
import * as column from './counters.ts';
import { CounterTable } from './counters.ts';
import { type Deployment, isOn, makeDeployment, STREAMS } from './deployment.ts';
import { ENTRY_FIELDS, EPOCH_MS, FLIGHT } from './entry-fields.ts';
import { EventQueue } from './event-queue.ts';
import { FlightPool } from './flight-pool.ts';
import { HIT_PATH, LatencyTable, LOAD_PATH, latencyRow } from './latency-table.ts';
import type { SimulationOptions, TenantOptions } from './options.ts';
import type { KeySource } from './popularity.ts';
import { RandomStream } from './random-stream.ts';
import { RequestPool } from './request-pool.ts';
import { drawServiceUs } from './service-time.ts';
import type { ShardServer } from './shard-server.ts';
import { Trouble } from './trouble.ts';
import { ratePerSecond, warmUp } from './warm-up.ts';
import { type Window, windowsOf } from './windows.ts';

/** Requests under way at once; more are counted as failed by overload. */
const REQUESTS_MAX = 2 ** 20;
const EVENTS_MAX = 2 ** 23;
/** Arrivals drawn at a time: their entries together fit the first cache of a core. */
const BLOCK = 128;

/** Kinds of events. */
const STEP = 0;
const FAULT = 1;
const FAULT_END = 2;
const INVALIDATION = 3;
const CONSTANT_ARRIVAL = 4;
const MISSED = 5;
const LOADED = 6;
const FLIGHT_END = 7;
const STORE_FAILED = 8;
const STORE_RETRY = 9;
const REQUEST_RETRY = 10;
const DENIED = 11;

/** The fence of a load that bypassed the store: it fills nothing. */
const UNFENCED = -2;
/** In place of a count of tries: the store call timed out, which is never tried again. */
const TIMED_OUT = -1;
/** In place of a count of tries: a refresh ahead of expiry, nobody waits for it. */
const REFRESH = -2;

/** Longest early-refresh horizon over load time: see `decideEarlyRefresh`. */
const REFRESH_GAP = 37;
/** Of an entry whose life nobody looks at. */
const UNKNOWN_MS = Number.POSITIVE_INFINITY;

/**
 * A deployment in virtual time. What decides admission, quota, eviction, expiry and invalidation is
 * the policy of `core/policy`, executed over arrays; deny list, circuit breaker, local share and
 * early refresh are those of `core/cache`. Around it are queues: Redis shards, the back-end, the
 * network. Everything comes from the seed and the options.
 */
export class Simulation {
  readonly options: SimulationOptions;
  readonly deployment: Deployment;
  readonly counters: CounterTable;
  /** Rows are tenants, hits apart from loads, one set a window: see `latencyRow`. */
  readonly latencies: LatencyTable;
  readonly windows: readonly Window[];
  readonly backend: Backend;
  readonly queue = new EventQueue(EVENTS_MAX);
  readonly requests = new RequestPool(REQUESTS_MAX);
  /** Where the run has come to, in microseconds. */
  nowUs = 0;
  requestCount = 0;
  readonly stepCount: number;
  /** Bytes that each tenant held at the end of each step that is over. */
  readonly usageBytes: Float64Array;

  readonly flights = new FlightPool();
  private observers: readonly Observer[] = [];
  /** Those that look at hits, which are many. */
  private hitObservers: readonly Observer[] = [];
  private readonly durationUs: number;
  private isOver = false;
  private readonly trouble: Trouble;
  private readonly arrivals: MergedArrivals;
  /** Arrivals drawn ahead, and which one comes next. */
  private readonly blockUs = new Float64Array(BLOCK);
  private readonly blockTenants = new Int32Array(BLOCK);
  private readonly blockKeys = new Int32Array(BLOCK);
  private blockAt = 0;
  /** Keeps the look at a block's entries from being optimised away. */
  blockSeen = 0;
  private readonly keyRandom: RandomStream;
  private readonly policyRandom: RandomStream;
  private readonly serviceRandom: RandomStream;
  private readonly clientRandom: RandomStream;
  private readonly denyLists: readonly DenyList[];
  private readonly breakers: readonly CircuitBreaker[];
  private readonly localShares: readonly LocalShare[];
  /** Reply times of the last commands of each process, a ring each. */
  private readonly replyUs: Float64Array;
  private readonly replyAt: Int32Array;
  private readonly limits: readonly RateLimit[];
  /** Loads under way by process and tenant. */
  private readonly loadCounts: Int32Array;
  /** Whose un-namespaced entry lies under a key, plus one: only where `namespace` is off. */
  private readonly unscopedOwners: Int32Array | undefined;
  private readonly windowFromUs: readonly number[];
  private window = 0;
  private step = -1;
  private nextInstance = 0;
  private loadMsMax = 0;
  private readonly isSingleFlight: boolean;

  private readonly lookupAsked = new LookupQuestion();
  private readonly putAsked = new PutQuestion();
  private readonly readNowMs = () => this.nowUs / 1000 + EPOCH_MS;
  private readonly drawUniform = () => this.policyRandom.uniform();

  constructor(seed: number, options: SimulationOptions) {
    const { tenants, client, protections, durationS, intervalS } = options;
    const { instances, connectionsPerInstance, cache } = client;
    this.options = options;
    this.deployment = makeDeployment(seed, options);
    this.durationUs = durationS * 1e6;
    this.stepCount = Math.max(1, Math.ceil(durationS / intervalS - 1e-9));
    this.counters = new CounterTable(this.stepCount, tenants.length);
    this.usageBytes = new Float64Array(this.stepCount * tenants.length);
    this.windows = windowsOf(options);
    this.latencies = new LatencyTable(latencyRow(this.windows.length, tenants.length, 0, HIT_PATH));
    this.backend = new Backend(options.backend, new RandomStream(seed, STREAMS.backend));
    const { deployment, counters, backend } = this;
    this.trouble = new Trouble(options, deployment, counters, backend, (atUs, fault) =>
      this.queue.schedule(atUs, FAULT_END, fault),
    );
    this.keyRandom = new RandomStream(seed, STREAMS.keys);
    this.policyRandom = new RandomStream(seed, STREAMS.policy);
    this.serviceRandom = new RandomStream(seed, STREAMS.service);
    this.clientRandom = new RandomStream(seed, STREAMS.client);
    const processes = Array.from({ length: instances });
    this.denyLists = processes.map(() => new DenyList(cache.tenantsMax, cache.denyMsMax));
    this.breakers = processes.map(
      () => new CircuitBreaker(cache.circuitFailuresMax, cache.circuitOpenMs, cache.tenantsMax),
    );
    this.localShares = processes.map(() => new LocalShare(cache.localShare, cache.tenantsMax));
    this.replyUs = new Float64Array(instances * connectionsPerInstance);
    this.replyAt = new Int32Array(instances);
    this.loadCounts = new Int32Array(instances * tenants.length);
    const enforcement = isOn(protections, 'limiter') ? 'enforce' : 'off';
    this.limits = tenants.map(({ tier: { ratePerSecond, burst } }) => ({
      ratePerSecond,
      burst,
      enforcement,
    }));
    this.putAsked.enforcement = isOn(protections, 'tenant-eviction') ? 'enforce' : 'off';
    this.isSingleFlight = isOn(protections, 'single-flight') && cache.singleFlight;
    const keysMax = tenants.reduce((most, one) => Math.max(most, one.popularity.keys), 0);
    this.unscopedOwners = isOn(protections, 'namespace') ? undefined : new Int32Array(keysMax);
    this.windowFromUs = this.windows.map(({ fromS }) => fromS * 1e6);
    const processesOfTenants = tenants.map(({ arrivals }) => arrivals);
    this.arrivals = new MergedArrivals(processesOfTenants, durationS, seed, STREAMS.arrivals);
    if (options.isWarm) warmUp(seed, options, this.deployment, EPOCH_MS);
    this.scheduleKnown();
    this.drawBlock();
  }

  get isDone(): boolean {
    return this.nowUs >= this.durationUs;
  }

  /** Lets observers see everything from now on. They change nothing. */
  watch(observers: readonly Observer[]): void {
    this.observers = observers;
    this.trouble.observers = observers;
    this.hitObservers = observers.filter(({ hit }) => hit !== undefined);
  }

  /** Requests of callers not yet answered. */
  get unfinishedCount(): number {
    return this.requests.size;
  }

  /** Runs until the given virtual time, in microseconds from the start, or the end. */
  advanceTo(untilUs: number): void {
    const { blockUs, queue } = this;
    const endUs = Math.min(untilUs, this.durationUs);
    for (;;) {
      const at = this.blockAt;
      const arrivalUs = blockUs[at] as number;
      const eventUs = queue.nextUs();
      if (arrivalUs < eventUs) {
        if (arrivalUs >= endUs) break;
        this.nowUs = arrivalUs;
        this.arrive(this.blockTenants[at] as number, this.blockKeys[at] as number);
        if (at + 1 === BLOCK) this.drawBlock();
        else this.blockAt = at + 1;
      } else {
        if (eventUs >= endUs) break;
        queue.take();
        this.nowUs = eventUs;
        this.dispatch(queue.kind, queue.payload);
      }
    }
    this.nowUs = endUs;
    if (this.isDone && !this.isOver) {
      this.isOver = true;
      this.endStep();
    }
  }

  /** A request of a trace, or any other that no arrival process makes. */
  request(tenant: number, key: number): void {
    this.requestCount += 1;
    this.counters.add(tenant, column.REQUESTS, 1);
    this.ask(tenant, key, this.takeInstance(), this.nowUs, 0, 0);
  }

  /**
   * Draws the next arrivals together and looks at their entries once: the processor then fetches
   * many of them from memory at the same time, and none has to be waited for when its turn comes.
   */
  private drawBlock(): void {
    const { arrivals, blockUs, blockTenants, blockKeys, keyRandom } = this;
    const { keys, entries, entryBase } = this.deployment;
    for (let at = 0; at < BLOCK; at += 1) {
      blockUs[at] = arrivals.timeUs;
      blockTenants[at] = arrivals.tenant;
      if (arrivals.timeUs < Number.POSITIVE_INFINITY) arrivals.next();
    }
    for (let at = 0; at < BLOCK; at += 1) {
      const source = keys[blockTenants[at] as number] as KeySource;
      blockKeys[at] = source.draw(keyRandom, blockUs[at] as number);
    }
    let seen = 0;
    for (let at = 0; at < BLOCK; at += 1) {
      const entry = (entryBase[blockTenants[at] as number] as number) + (blockKeys[at] as number);
      seen ^= entries[entry * ENTRY_FIELDS] as number;
    }
    this.blockSeen = seen;
    this.blockAt = 0;
  }

  private arrive(tenant: number, key: number): void {
    if (this.unscopedOwners !== undefined && this.isUnscoped()) {
      this.requestUnscoped(tenant, key, this.unscopedOwners);
      return;
    }
    this.request(tenant, key);
  }

  private takeInstance(): number {
    const instance = this.nextInstance;
    this.nextInstance = instance + 1 === this.denyLists.length ? 0 : instance + 1;
    return instance;
  }

  /** A request as the reference cache takes it: what is known locally first, then the store. */
  private ask(
    tenant: number,
    key: number,
    instance: number,
    originUs: number,
    attempt: number,
    storeAttempt: number,
  ): void {
    const { cache } = this.options.client;
    if (cache.localDeny && storeAttempt === 0) {
      const denyList = this.denyLists[instance] as DenyList;
      if (denyList.retryAfterMs(idOf(tenant), 1, this.readNowMs) > 0) {
        this.counters.add(tenant, column.THROTTLED_LOCALLY, 1);
        return;
      }
    }
    const breaker = this.breakers[instance] as CircuitBreaker;
    if (!breaker.admits(idOf(tenant), this.readNowMs)) {
      const request = this.takeRequest(tenant, key, instance, originUs, attempt);
      if (request >= 0) this.bypass(request);
      return;
    }

    const { networkUs } = this.options.client;
    const ring = this.claimConnection(instance);
    const arrivalUs = Math.max(this.nowUs, this.replyUs[ring] as number) + networkUs;
    const shardIndex = this.deployment.shardOf[tenant] as number;
    const shard = this.deployment.shards[shardIndex] as ShardServer;
    if (shard.isDown(arrivalUs)) {
      this.failStoreCall(tenant, key, instance, originUs, attempt, storeAttempt, arrivalUs);
      return;
    }
    const space = this.deployment.spaces[tenant] as ArraySpace;
    const { lookupAsked } = this;
    const limit = this.limits[tenant] as RateLimit;
    const policyUs =
      Math.floor(shard.begin(arrivalUs)) + (EPOCH_MS + this.trouble.clockStepMs) * 1000;
    lookupAsked.key = keyOf(key);
    lookupAsked.ratePerSecond = limit.ratePerSecond;
    lookupAsked.burst = limit.burst;
    lookupAsked.enforcement = limit.enforcement;
    lookupAsked.nowUs = policyUs;
    lookupAsked.nowMs = Math.floor(policyUs / 1000);
    const row = lookup(space, lookupAsked);
    const code = (row[0] as number) % 10;

    const replyUs = shard.finish(this.lookupServiceUs(code, space)) + networkUs;
    this.replyUs[ring] = replyUs;
    if (replyUs - this.nowUs > this.options.redis.commandTimeoutMs * 1000) {
      const failedUs = this.nowUs + this.options.redis.commandTimeoutMs * 1000 - networkUs;
      this.failStoreCall(tenant, key, instance, originUs, attempt, TIMED_OUT, failedUs);
      return;
    }
    breaker.succeeded(idOf(tenant));
    if (code === HIT) {
      this.counters.add(tenant, column.HITS, 1);
      this.answer(tenant, originUs, replyUs, HIT_PATH);
      const { evictions } = this.deployment;
      const entry = (this.deployment.entryBase[tenant] as number) + key;
      evictions?.[shardIndex]?.touch(entry, lookupAsked.nowMs);
      const ttlRemainingMs = row[2] as number;
      for (const one of this.hitObservers) {
        one.hit?.(shard.startUs, tenant, tenant, key, ttlRemainingMs);
      }
      if (cache.earlyRefresh && ttlRemainingMs < this.loadMsMax * REFRESH_GAP) {
        this.considerRefresh(tenant, key, instance, entry, ttlRemainingMs, row[1], replyUs);
      }
    } else if (code === REJECTED) {
      this.counters.add(tenant, column.THROTTLED_BY_STORE, 1);
      if (cache.localDeny) this.noteRejection(tenant, instance, row[1] as number, replyUs);
    } else {
      this.counters.add(tenant, column.MISSES, 1);
      const request = this.takeRequest(tenant, key, instance, originUs, attempt);
      if (request < 0) return;
      this.requests.fence[request] = row[1] as number;
      this.queue.schedule(replyUs, MISSED, request);
    }
  }

  private lookupServiceUs(code: number, space: ArraySpace): number {
    const { redis } = this.options;
    let meanUs = redis.lookupUs;
    if (code === HIT) meanUs += (space.chargeBytes / 1024) * redis.perKilobyteUs;
    else if (code === REJECTED) meanUs = redis.rejectUs;
    return drawServiceUs(meanUs, redis.serviceShape, this.serviceRandom);
  }

  private claimConnection(instance: number): number {
    const { connectionsPerInstance } = this.options.client;
    const at = this.replyAt[instance] as number;
    this.replyAt[instance] = at + 1 === connectionsPerInstance ? 0 : at + 1;
    return instance * connectionsPerInstance + at;
  }

  private answer(tenant: number, originUs: number, replyUs: number, path: number): void {
    const latencyUs = replyUs - originUs;
    let { window } = this;
    while (window > 0 && originUs < (this.windowFromUs[window] as number)) window -= 1;
    this.latencies.record(latencyRow(window, this.limits.length, tenant, path), latencyUs);
    this.counters.add(tenant, column.LATENCY_SUM_US, latencyUs);
  }

  private noteRejection(
    tenant: number,
    instance: number,
    retryAfterMs: number,
    replyUs: number,
  ): void {
    // Forgetting one is safe: the store rejects again.
    const request = this.requests.take(tenant, retryAfterMs, instance, this.nowUs);
    if (request >= 0) this.queue.schedule(replyUs, DENIED, request);
  }

  private considerRefresh(
    tenant: number,
    key: number,
    instance: number,
    entry: number,
    ttlRemainingMs: number,
    fence: unknown,
    replyUs: number,
  ): void {
    const { earlyRefreshBeta } = this.options.client.cache;
    const loadMs = this.deployment.loadMs[entry] as number;
    if (!decideEarlyRefresh(ttlRemainingMs, loadMs, earlyRefreshBeta, this.drawUniform)) return;
    const request = this.requests.take(tenant, key, instance, replyUs);
    if (request < 0) return;
    this.requests.storeAttempt[request] = REFRESH;
    this.requests.fence[request] = fence as number;
    this.queue.schedule(replyUs, MISSED, request);
  }

  private takeRequest(
    tenant: number,
    key: number,
    instance: number,
    originUs: number,
    attempt: number,
  ): number {
    const request = this.requests.take(tenant, key, instance, originUs);
    if (request < 0) this.counters.add(tenant, column.FAILED_OVERLOAD, 1);
    else this.requests.attempt[request] = attempt;
    return request;
  }

  private dispatch(kind: number, payload: number): void {
    switch (kind) {
      case MISSED:
        this.miss(payload);
        break;
      case LOADED:
        this.fill(payload);
        break;
      case FLIGHT_END:
        this.endFlight(payload);
        break;
      case CONSTANT_ARRIVAL:
        this.arriveConstantly(payload);
        break;
      case DENIED:
        this.deny(payload);
        break;
      case STORE_FAILED:
        this.storeFailed(payload);
        break;
      case STORE_RETRY:
      case REQUEST_RETRY:
        this.askAgain(payload);
        break;
      case STEP:
        this.enterStep();
        break;
      case FAULT:
        this.trouble.begin(payload, this.nowUs);
        break;
      case FAULT_END:
        this.trouble.end(payload);
        break;
      case INVALIDATION:
        this.trouble.invalidate(payload, this.nowUs);
        break;
      default:
        throw new Error(`no such event: ${kind}`);
    }
  }

  /** A miss is known to its process: join the load under way, or lead one. */
  private miss(request: number): void {
    const { requests, flights } = this;
    const tenant = requests.tenant[request] as number;
    const key = requests.key[request] as number;
    const instance = requests.instance[request] as number;
    const fence = requests.fence[request] as number;
    const isRefresh = requests.storeAttempt[request] === REFRESH;
    const head = ((this.deployment.entryBase[tenant] as number) + key) * ENTRY_FIELDS + FLIGHT;
    if (this.isSingleFlight) {
      const flight = this.findFlight(head, instance, fence);
      if (flight >= 0) {
        this.join(request, flight, isRefresh);
        return;
      }
    }
    const slot = instance * this.limits.length + tenant;
    if ((this.loadCounts[slot] as number) >= this.options.client.cache.loadsMax) {
      if (isRefresh) requests.release(request);
      else this.fail(request, column.FAILED_OVERLOAD);
      return;
    }
    this.loadCounts[slot] = (this.loadCounts[slot] as number) + 1;
    const flight = flights.take(tenant, key, instance, fence, this.nowUs);
    if (isRefresh) {
      this.counters.add(tenant, column.REFRESHES, 1);
      requests.release(request);
    } else {
      flights.waiters[flight] = request;
      flights.waiterCount[flight] = 1;
    }
    if (this.isSingleFlight) {
      const { entries } = this.deployment;
      flights.next[flight] = (entries[head] as number) - 1;
      entries[head] = flight + 1;
    }
    this.load(flight, tenant);
  }

  private findFlight(head: number, instance: number, fence: number): number {
    const { flights } = this;
    let flight = (this.deployment.entries[head] as number) - 1;
    while (flight >= 0) {
      if (flights.instance[flight] === instance && flights.fence[flight] === fence) break;
      flight = flights.next[flight] as number;
    }
    return flight;
  }

  private join(request: number, flight: number, isRefresh: boolean): void {
    const { requests, flights } = this;
    if (isRefresh) {
      requests.release(request);
      return;
    }
    const waiterCount = flights.waiterCount[flight] as number;
    if (waiterCount >= this.options.client.cache.waitersMax) {
      this.fail(request, column.FAILED_OVERLOAD);
      return;
    }
    requests.next[request] = flights.waiters[flight] as number;
    flights.waiters[flight] = request;
    flights.waiterCount[flight] = waiterCount + 1;
  }

  /** Asks the back-end, within the deadline. */
  private load(flight: number, tenant: number): void {
    const { backendNetworkUs: networkUs, backendJitterUs } = this.options.client;
    const givesUpUs = this.nowUs + (this.deployment.deadlineUs[tenant] as number);
    const doneUs = this.backend.submit(this.nowUs + networkUs, givesUpUs);
    if (doneUs === REFUSED) {
      this.flights.failure[flight] = column.FAILED_BACKEND;
      this.queue.schedule(this.nowUs + 2 * networkUs, FLIGHT_END, flight);
      return;
    }
    const jitterUs =
      backendJitterUs === 0 ? 0 : drawServiceUs(backendJitterUs, 'exponential', this.clientRandom);
    const replyUs = doneUs + networkUs + jitterUs;
    if (replyUs > givesUpUs) {
      this.flights.failure[flight] = column.FAILED_DEADLINE;
      this.queue.schedule(givesUpUs, FLIGHT_END, flight);
    } else {
      this.queue.schedule(replyUs, LOADED, flight);
    }
  }

  /** A value was loaded: put it behind the miss's fence. */
  private fill(flight: number): void {
    const { flights, deployment } = this;
    const fence = flights.fence[flight] as number;
    if (fence === UNFENCED) {
      this.endFlight(flight);
      return;
    }
    const { networkUs } = this.options.client;
    const tenant = flights.tenant[flight] as number;
    const key = flights.key[flight] as number;
    const shardIndex = deployment.shardOf[tenant] as number;
    const shard = deployment.shards[shardIndex] as ShardServer;
    const ring = this.claimConnection(flights.instance[flight] as number);
    const arrivalUs = Math.max(this.nowUs, this.replyUs[ring] as number) + networkUs;
    if (shard.isDown(arrivalUs)) {
      this.queue.schedule(arrivalUs + networkUs, FLIGHT_END, flight);
      return;
    }
    const loadMs = Math.min(
      0xffff,
      Math.round((this.nowUs - (flights.startedUs[flight] as number)) / 1000),
    );
    if (loadMs > this.loadMsMax) this.loadMsMax = loadMs;
    deployment.loadMs[(deployment.entryBase[tenant] as number) + key] = loadMs;
    const startUs = shard.begin(arrivalUs);
    const loadedFromUs = flights.startedUs[flight] as number;
    const serviceUs = this.store(tenant, key, fence, shardIndex, startUs, loadedFromUs);
    const replyUs = shard.finish(serviceUs) + networkUs;
    this.replyUs[ring] = replyUs;
    const timeoutUs = this.options.redis.commandTimeoutMs * 1000;
    this.queue.schedule(Math.min(replyUs, this.nowUs + timeoutUs), FLIGHT_END, flight);
  }

  /** Executes a put on the server; what it takes of the server's time. */
  private store(
    tenant: number,
    key: number,
    fence: number,
    shardIndex: number,
    startUs: number,
    loadedFromUs: number,
  ): number {
    const { options, deployment, putAsked } = this;
    const { redis } = options;
    const { quotaBytes, quotaEntries, atQuota, ttlMs } = (options.tenants[tenant] as TenantOptions)
      .tier;
    const space = deployment.spaces[tenant] as ArraySpace;
    const shard = deployment.shards[shardIndex] as ShardServer;
    const policyUs = Math.floor(startUs) + (EPOCH_MS + this.trouble.clockStepMs) * 1000;
    const nowMs = Math.floor(policyUs / 1000);
    const chargeBytes = deployment.charge(tenant, key);
    let meanUs = redis.putUs + (chargeBytes / 1024) * redis.perKilobyteUs;
    if (shard.usedBytes > redis.maxmemoryBytes) {
      if (deployment.evictions === undefined) {
        this.counters.add(tenant, column.REFUSED_FILL, 1);
        return redis.rejectUs;
      }
      meanUs += this.evictOnServer(shardIndex, nowMs) * redis.removeUs;
    }
    const { ttlJitter } = options.client.cache;
    putAsked.key = keyOf(key);
    putAsked.ttlMs =
      ttlJitter > 0 ? jitterTtl(ttlMs, ttlJitter, this.policyRandom.uniform()) : ttlMs;
    putAsked.chargeBytes = chargeBytes;
    putAsked.quotaBytes = quotaBytes;
    putAsked.quotaEntries = quotaEntries ?? 0;
    putAsked.atQuota = atQuota;
    putAsked.fence = fence;
    putAsked.nowUs = policyUs;
    putAsked.nowMs = nowMs;
    const usedBefore = space.usageBytes;
    const expiredBefore = space.expiredCount;
    const row = put(space, putAsked);
    const expired = space.expiredCount - expiredBefore;
    const evicted = row[2] as number;
    shard.usedBytes += space.usageBytes - usedBefore;
    if (evicted > 0) this.counters.add(tenant, column.EVICTED, evicted);
    if (expired > 0) this.counters.add(tenant, column.EXPIRED, expired);
    if ((row[0] as number) % 10 === STORED) {
      this.counters.add(tenant, column.STORED, 1);
      for (const one of this.observers) one.stored?.(startUs, tenant, key, loadedFromUs);
      const entry = (deployment.entryBase[tenant] as number) + key;
      deployment.evictions?.[shardIndex]?.add(entry, nowMs);
    } else {
      this.counters.add(tenant, column.REFUSED_FILL, 1);
    }
    meanUs += (evicted + expired) * redis.removeUs;
    return drawServiceUs(meanUs, redis.serviceShape, this.serviceRandom);
  }

  /** Redis's own eviction at maxmemory, whose ever the entry is; how many it took. */
  private evictOnServer(shardIndex: number, nowMs: number): number {
    const { deployment } = this;
    const shard = deployment.shards[shardIndex] as ShardServer;
    const eviction = deployment.evictions?.[shardIndex];
    let count = 0;
    while (eviction !== undefined && shard.usedBytes > this.options.redis.maxmemoryBytes) {
      const entry = eviction.pick(nowMs);
      if (entry < 0) break;
      eviction.remove(entry);
      const tenant = ownerOf(deployment.entryBase, entry);
      const space = deployment.spaces[tenant] as ArraySpace;
      const key = entry - (deployment.entryBase[tenant] as number);
      // One that expired or was invalidated meanwhile takes no memory any more.
      if (space.chargeOf(key) === 0) continue;
      shard.usedBytes -= space.lose(key);
      this.counters.add(tenant, column.SERVER_EVICTED, 1);
      count += 1;
    }
    return count;
  }

  /** The load has ended: everybody who waits gets the same. */
  private endFlight(flight: number): void {
    const { flights, requests } = this;
    const tenant = flights.tenant[flight] as number;
    const slot = (flights.instance[flight] as number) * this.limits.length + tenant;
    this.loadCounts[slot] = (this.loadCounts[slot] as number) - 1;
    if (this.isSingleFlight) this.unlink(flight, tenant);
    const failure = flights.failure[flight] as number;
    let request = flights.waiters[flight] as number;
    while (request >= 0) {
      const next = requests.next[request] as number;
      if (failure > 0) {
        this.fail(request, failure);
      } else {
        this.counters.add(tenant, column.LOADED, 1);
        // The list begins with the latest: whoever comes before the last one shared the load.
        if (next >= 0) this.counters.add(tenant, column.SHARED, 1);
        this.answer(tenant, requests.originUs[request] as number, this.nowUs, LOAD_PATH);
        requests.release(request);
      }
      request = next;
    }
    flights.release(flight);
  }

  private unlink(flight: number, tenant: number): void {
    const { flights } = this;
    const { entries, entryBase } = this.deployment;
    const entry = (entryBase[tenant] as number) + (flights.key[flight] as number);
    const head = entry * ENTRY_FIELDS + FLIGHT;
    const after = flights.next[flight] as number;
    let at = (entries[head] as number) - 1;
    if (at === flight) {
      entries[head] = after + 1;
      return;
    }
    while (flights.next[at] !== flight) at = flights.next[at] as number;
    flights.next[at] = after;
  }

  /** The request came to nothing; its caller may try again. */
  private fail(request: number, why: number): void {
    const { requests } = this;
    const { requestRetriesMax, requestRetryPauseMs } = this.options.client;
    const attempt = requests.attempt[request] as number;
    const tenant = requests.tenant[request] as number;
    if (attempt >= requestRetriesMax) {
      this.counters.add(tenant, why, 1);
      requests.release(request);
      return;
    }
    requests.attempt[request] = attempt + 1;
    requests.storeAttempt[request] = 0;
    this.counters.add(tenant, column.RETRIES, 1);
    const pauseUs = requestRetryPauseMs * 1000 * 2 ** attempt * this.clientRandom.uniform();
    this.queue.schedule(this.nowUs + pauseUs, REQUEST_RETRY, request);
  }

  private askAgain(request: number): void {
    const { requests } = this;
    const tenant = requests.tenant[request] as number;
    const key = requests.key[request] as number;
    const instance = requests.instance[request] as number;
    const originUs = requests.originUs[request] as number;
    const attempt = requests.attempt[request] as number;
    const storeAttempt = requests.storeAttempt[request] as number;
    requests.release(request);
    this.ask(tenant, key, instance, originUs, attempt, storeAttempt);
  }

  private failStoreCall(
    tenant: number,
    key: number,
    instance: number,
    originUs: number,
    attempt: number,
    storeAttempt: number,
    failedUs: number,
  ): void {
    const request = this.takeRequest(tenant, key, instance, originUs, attempt);
    if (request < 0) return;
    this.requests.storeAttempt[request] = storeAttempt;
    this.queue.schedule(failedUs + this.options.client.networkUs, STORE_FAILED, request);
  }

  /** As the reference cache: note it, try a lost connection again, else do without the store. */
  private storeFailed(request: number): void {
    const { requests } = this;
    const { cache } = this.options.client;
    const tenant = requests.tenant[request] as number;
    const storeAttempt = requests.storeAttempt[request] as number;
    const breaker = this.breakers[requests.instance[request] as number] as CircuitBreaker;
    breaker.failed(idOf(tenant), this.readNowMs());
    const isWorthwhile = storeAttempt !== TIMED_OUT && storeAttempt < cache.retriesMax;
    if (isWorthwhile) {
      requests.storeAttempt[request] = storeAttempt + 1;
      const pauseMs = cache.retryPauseMs * 2 ** storeAttempt * this.clientRandom.uniform();
      this.queue.schedule(this.nowUs + pauseMs * 1000, STORE_RETRY, request);
      return;
    }
    this.bypass(request);
  }

  /** Without the store: fail, or load behind the local share of the limit. */
  private bypass(request: number): void {
    const { requests } = this;
    const tenant = requests.tenant[request] as number;
    if (this.options.client.cache.onStoreFailure === 'fail-closed') {
      this.fail(request, column.FAILED_STORE);
      return;
    }
    const share = this.localShares[requests.instance[request] as number] as LocalShare;
    const limit = this.limits[tenant] as RateLimit;
    if (share.take(idOf(tenant), limit, 1, this.readNowMs()) > 0) {
      this.counters.add(tenant, column.THROTTLED_LOCALLY, 1);
      requests.release(request);
      return;
    }
    requests.fence[request] = UNFENCED;
    this.miss(request);
  }

  private deny(request: number): void {
    const { requests } = this;
    const denyList = this.denyLists[requests.instance[request] as number] as DenyList;
    const retryAfterMs = requests.key[request] as number;
    denyList.deny(idOf(requests.tenant[request] as number), 1, retryAfterMs, this.readNowMs());
    requests.release(request);
  }

  private isUnscoped(): boolean {
    return this.clientRandom.uniform() < this.options.unscopedRatio;
  }

  /** A code path that forgot the tenant: what lies under the bare key may be anybody's. */
  private requestUnscoped(tenant: number, key: number, owners: Int32Array): void {
    const { networkUs } = this.options.client;
    const shard = this.deployment.shards[this.deployment.shardOf[tenant] as number] as ShardServer;
    this.requestCount += 1;
    this.counters.add(tenant, column.REQUESTS, 1);
    shard.begin(this.nowUs + networkUs);
    const replyUs = shard.finish(this.options.redis.lookupUs) + networkUs;
    const owner = (owners[key] as number) - 1;
    if (owner >= 0) {
      this.counters.add(tenant, column.HITS, 1);
      if (owner !== tenant) this.counters.add(tenant, column.FOREIGN, 1);
      for (const one of this.hitObservers) one.hit?.(shard.startUs, tenant, owner, key, UNKNOWN_MS);
      this.answer(tenant, this.nowUs, replyUs, HIT_PATH);
      return;
    }
    owners[key] = tenant + 1;
    this.counters.add(tenant, column.MISSES, 1);
    const request = this.takeRequest(tenant, key, this.takeInstance(), this.nowUs, 0);
    if (request < 0) return;
    this.requests.fence[request] = UNFENCED;
    this.queue.schedule(replyUs, MISSED, request);
  }

  private scheduleKnown(): void {
    const { tenants, faults, invalidations } = this.options;
    this.enterStep();
    tenants.forEach(({ arrivals }, tenant) => {
      if (arrivals.kind !== 'constant') return;
      const firstUs = (1e6 / arrivals.ratePerSecond) * this.clientRandom.uniform();
      this.queue.schedule(firstUs, CONSTANT_ARRIVAL, tenant);
    });
    faults.forEach(({ atS }, index) => {
      this.queue.schedule(atS * 1e6, FAULT, index);
    });
    invalidations.forEach(({ atS }, index) => {
      this.queue.schedule(atS * 1e6, INVALIDATION, index);
    });
  }

  private arriveConstantly(tenant: number): void {
    const rate = ratePerSecond((this.options.tenants[tenant] as TenantOptions).arrivals);
    this.queue.schedule(this.nowUs + 1e6 / rate, CONSTANT_ARRIVAL, tenant);
    const source = this.deployment.keys[tenant] as KeySource;
    this.arrive(tenant, source.draw(this.keyRandom, this.nowUs));
  }

  private enterStep(): void {
    if (this.step >= 0) this.endStep();
    this.step += 1;
    this.counters.enterStep(this.step);
    const nextS = (this.step + 1) * this.options.intervalS;
    if (this.step + 1 < this.stepCount) this.queue.schedule(nextS * 1e6, STEP, 0);
    while (this.nowUs >= (this.windowFromUs[this.window + 1] ?? Number.POSITIVE_INFINITY)) {
      this.window += 1;
    }
  }

  private endStep(): void {
    const { spaces } = this.deployment;
    const from = this.step * spaces.length;
    spaces.forEach(({ usageBytes }, tenant) => {
      this.usageBytes[from + tenant] = usageBytes;
    });
    if (this.observers.length === 0) return;
    const view = viewStep(this, this.step);
    for (const one of this.observers) one.stepEnded?.(view);
  }
}

/** Local tables of the cache are keyed by tenant ids; a number serves as well. */
function idOf(tenant: number): TenantId {
  return tenant as unknown as TenantId;
}

/** Whose entry it is: the last tenant whose entries begin at or before it. */
function ownerOf(entryBase: Int32Array, entry: number): number {
  let low = 0;
  let high = entryBase.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((entryBase[middle] as number) <= entry) low = middle;
    else high = middle - 1;
  }
  return low;
}
