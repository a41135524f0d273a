import { decideEarlyRefresh } from '../core/cache/early-refresh.ts';
import { HIT, REJECTED } from '../core/policy/outcome-code.ts';
import type { RateLimit } from '../core/stores/store.ts';
import { ArrivalBlock } from './arrival-block.ts';
import { MergedArrivals } from './arrivals.ts';
import { Backend, REFUSED } from './backend.ts';
import type { Observer } from './checkers/observer.ts';
import { viewStep } from './checkers/view-step.ts';
import * as column from './counters.ts';
import { CounterTable } from './counters.ts';
import { type Deployment, isOn, makeDeployment, STREAMS } from './deployment.ts';
import { EPOCH_MS } from './entry-fields.ts';
import { EventQueue } from './event-queue.ts';
import { FlightPool } from './flight-pool.ts';
import { Instances } from './instances.ts';
import { HIT_PATH, LatencyTable, LOAD_PATH, latencyRow } from './latency-table.ts';
import type { SimulationOptions, TenantOptions } from './options.ts';
import type { KeySource } from './popularity.ts';
import { RandomStream } from './random-stream.ts';
import { RequestPool } from './request-pool.ts';
import { drawServiceUs } from './service-time.ts';
import type { ShardServer } from './shard-server.ts';
import { stepsBefore } from './steps.ts';
import { StoreCommands } from './store-commands.ts';
import { Trouble } from './trouble.ts';
import { ratePerSecond, warmUp } from './warm-up.ts';
import { type Window, windowsOf } from './windows.ts';

/** Requests under way at once; more are counted as failed by overload. */
const REQUESTS_MAX = 2 ** 20;
const EVENTS_MAX = 2 ** 23;

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

  readonly flights: FlightPool;
  private observers: readonly Observer[] = [];
  /** Those that look at hits, which are many. */
  private hitObservers: readonly Observer[] = [];
  private readonly durationUs: number;
  private isOver = false;
  private readonly trouble: Trouble;
  private readonly commands: StoreCommands;
  private readonly instances: Instances;
  private readonly arrivals: ArrivalBlock;
  private readonly keyRandom: RandomStream;
  private readonly policyRandom: RandomStream;
  private readonly clientRandom: RandomStream;
  private readonly limits: readonly RateLimit[];
  /** Whose un-namespaced entry lies under a key, plus one: only where `namespace` is off. */
  private readonly unscopedOwners: Int32Array | undefined;
  private readonly windowFromUs: readonly number[];
  private window = 0;
  private step = -1;
  private loadMsMax = 0;

  private readonly readNowMs = () => this.nowUs / 1000 + EPOCH_MS;
  private readonly drawUniform = () => this.policyRandom.uniform();

  constructor(seed: number, options: SimulationOptions) {
    const { tenants, client, protections, durationS, intervalS } = options;
    this.options = options;
    this.deployment = makeDeployment(seed, options);
    this.durationUs = durationS * 1e6;
    this.stepCount = Math.max(1, stepsBefore(durationS, intervalS));
    this.counters = new CounterTable(this.stepCount, tenants.length);
    this.usageBytes = new Float64Array(this.stepCount * tenants.length);
    this.windows = windowsOf(options);
    this.windowFromUs = this.windows.map(({ fromS }) => fromS * 1e6);
    this.latencies = new LatencyTable(latencyRow(this.windows.length, tenants.length, 0, HIT_PATH));
    this.backend = new Backend(options.backend, new RandomStream(seed, STREAMS.backend));
    const { deployment, counters, backend } = this;
    this.trouble = new Trouble(options, deployment, counters, backend, (atUs, fault) =>
      this.queue.schedule(atUs, FAULT_END, fault),
    );
    this.keyRandom = new RandomStream(seed, STREAMS.keys);
    this.policyRandom = new RandomStream(seed, STREAMS.policy);
    this.clientRandom = new RandomStream(seed, STREAMS.client);
    const enforcement = isOn(protections, 'limiter') ? 'enforce' : 'off';
    this.limits = tenants.map(({ tier: { ratePerSecond, burst } }) => ({
      ratePerSecond,
      burst,
      enforcement,
    }));
    this.commands = new StoreCommands(
      options,
      deployment,
      counters,
      this.limits,
      this.trouble,
      this.policyRandom,
      new RandomStream(seed, STREAMS.service),
    );
    this.instances = new Instances(options, this.readNowMs);
    const isSingleFlight = isOn(protections, 'single-flight') && client.cache.singleFlight;
    this.flights = new FlightPool(deployment, client.instances, isSingleFlight);
    const keysMax = tenants.reduce((most, one) => Math.max(most, one.popularity.keys), 0);
    this.unscopedOwners = isOn(protections, 'namespace') ? undefined : new Int32Array(keysMax);
    if (options.isWarm) warmUp(seed, options, deployment, EPOCH_MS);
    this.scheduleKnown();
    const arrivals = tenants.map((tenant) => tenant.arrivals);
    const merged = new MergedArrivals(arrivals, durationS, seed, STREAMS.arrivals);
    this.arrivals = new ArrivalBlock(merged, deployment, this.keyRandom);
  }

  get isDone(): boolean {
    return this.nowUs >= this.durationUs;
  }

  /** Lets observers see everything from now on. They change nothing. */
  watch(observers: readonly Observer[]): void {
    this.observers = observers;
    this.trouble.observers = observers;
    this.commands.observers = observers;
    this.hitObservers = observers.filter(({ hit }) => hit !== undefined);
  }

  /** Requests of callers not yet answered. */
  get unfinishedCount(): number {
    return this.requests.size;
  }

  /** Runs until the given virtual time, in microseconds from the start, or the end. */
  advanceTo(untilUs: number): void {
    const { arrivals, queue } = this;
    const endUs = Math.min(untilUs, this.durationUs);
    for (;;) {
      const arrivalUs = arrivals.timeUs;
      const eventUs = queue.nextUs();
      if (arrivalUs < eventUs) {
        if (arrivalUs >= endUs) break;
        this.nowUs = arrivalUs;
        this.arrive(arrivals.tenant, arrivals.key);
        arrivals.advance();
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
    this.ask(tenant, key, this.instances.take(), this.nowUs, 0, 0);
  }

  private arrive(tenant: number, key: number): void {
    if (this.unscopedOwners !== undefined && this.isUnscoped()) {
      this.requestUnscoped(tenant, key, this.unscopedOwners);
      return;
    }
    this.request(tenant, key);
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
    const { instances, commands } = this;
    const { cache, networkUs } = this.options.client;
    if (cache.localDeny && storeAttempt === 0 && instances.isDenied(instance, tenant)) {
      this.counters.add(tenant, column.THROTTLED_LOCALLY, 1);
      return;
    }
    if (!instances.admits(instance, tenant)) {
      const request = this.takeRequest(tenant, key, instance, originUs, attempt);
      if (request >= 0) this.bypass(request);
      return;
    }

    const connection = instances.claimConnection(instance);
    const arrivalUs = instances.sentUs(connection, this.nowUs) + networkUs;
    const shardIndex = this.deployment.shardOf[tenant] as number;
    const shard = this.deployment.shards[shardIndex] as ShardServer;
    if (shard.isDown(arrivalUs)) {
      this.failStoreCall(tenant, key, instance, originUs, attempt, storeAttempt, arrivalUs);
      return;
    }
    const replyUs = commands.lookup(tenant, key, shard, arrivalUs) + networkUs;
    instances.answered(connection, replyUs);
    if (replyUs - this.nowUs > this.options.redis.commandTimeoutMs * 1000) {
      const failedUs = this.nowUs + this.options.redis.commandTimeoutMs * 1000 - networkUs;
      this.failStoreCall(tenant, key, instance, originUs, attempt, TIMED_OUT, failedUs);
      return;
    }
    instances.storeAnswered(instance, tenant);
    const { code, row } = commands;
    if (code === HIT) {
      this.counters.add(tenant, column.HITS, 1);
      this.answer(tenant, originUs, replyUs, HIT_PATH);
      const entry = (this.deployment.entryBase[tenant] as number) + key;
      commands.touch(shardIndex, entry);
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
    const shared = flights.find(tenant, key, instance, fence);
    if (shared >= 0) {
      this.join(request, shared, isRefresh);
      return;
    }
    if (flights.countOf(instance, tenant) >= this.options.client.cache.loadsMax) {
      if (isRefresh) requests.release(request);
      else this.fail(request, column.FAILED_OVERLOAD);
      return;
    }
    const flight = flights.take(tenant, key, instance, fence, this.nowUs);
    if (isRefresh) {
      this.counters.add(tenant, column.REFRESHES, 1);
      requests.release(request);
    } else {
      flights.waiters[flight] = request;
      flights.waiterCount[flight] = 1;
    }
    this.load(flight, tenant);
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
    const { flights, deployment, instances } = this;
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
    const connection = instances.claimConnection(flights.instance[flight] as number);
    const arrivalUs = instances.sentUs(connection, this.nowUs) + networkUs;
    if (shard.isDown(arrivalUs)) {
      this.queue.schedule(arrivalUs + networkUs, FLIGHT_END, flight);
      return;
    }
    const startedUs = flights.startedUs[flight] as number;
    const loadMs = Math.min(0xffff, Math.round((this.nowUs - startedUs) / 1000));
    if (loadMs > this.loadMsMax) this.loadMsMax = loadMs;
    deployment.loadMs[(deployment.entryBase[tenant] as number) + key] = loadMs;
    const doneUs = this.commands.put(tenant, key, fence, shardIndex, arrivalUs, startedUs);
    const replyUs = doneUs + networkUs;
    instances.answered(connection, replyUs);
    const timeoutUs = this.options.redis.commandTimeoutMs * 1000;
    this.queue.schedule(Math.min(replyUs, this.nowUs + timeoutUs), FLIGHT_END, flight);
  }

  /** The load has ended: everybody who waits gets the same. */
  private endFlight(flight: number): void {
    const { flights, requests } = this;
    const tenant = flights.tenant[flight] as number;
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
    this.instances.storeFailed(requests.instance[request] as number, tenant);
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
    const instance = requests.instance[request] as number;
    if (!this.instances.takeShare(instance, tenant, this.limits[tenant] as RateLimit)) {
      this.counters.add(tenant, column.THROTTLED_LOCALLY, 1);
      requests.release(request);
      return;
    }
    requests.fence[request] = UNFENCED;
    this.miss(request);
  }

  private deny(request: number): void {
    const { requests } = this;
    const instance = requests.instance[request] as number;
    const retryAfterMs = requests.key[request] as number;
    this.instances.deny(instance, requests.tenant[request] as number, retryAfterMs);
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
    const request = this.takeRequest(tenant, key, this.instances.take(), this.nowUs, 0);
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
