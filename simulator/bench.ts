import { Session } from 'node:inspector/promises';
import { availableParallelism } from 'node:os';
import { renderTable } from '../results/table.ts';
import { EventQueue } from './event-queue.ts';
import { ExactLru } from './exact-lru.ts';
import type { SimulationOptions, TenantOptions } from './options.ts';
import { KeyTables } from './popularity.ts';
import { presetOptions, presetTenant } from './presets.ts';
import { RandomStream } from './random-stream.ts';
import { Simulation } from './simulation.ts';
import { tryInWorkers } from './swarm/try-in-workers.ts';

export interface SpeedFigure {
  readonly name: string;
  /** Requests, or operations of the bare loops, a second of processor time. */
  readonly perSecond: number;
  /** Arrivals and events a second; the same as `perSecond` for a bare loop. */
  readonly eventsPerSecond: number;
}

export interface Cost {
  readonly functionName: string;
  /** Of the samples, in percent: time in the function itself. */
  readonly percent: number;
}

export interface SimulatorBench {
  readonly figures: readonly SpeedFigure[];
  /** Speed at 50 tenants over that of an event loop that does nothing, and of bare LRU. */
  readonly ratioToEmptyLoop: number;
  readonly ratioToBareLru: number;
  readonly topCosts: readonly Cost[];
  /** Independent seeds over one thread and over as many as there are cores, by the wall clock. */
  readonly threads: { readonly count: number; readonly speedUp: number };
}

const TOP_COSTS = 12;

/** How fast the simulator is here, and what its time goes to. Takes about half a minute. */
export async function simulatorBench(): Promise<SimulatorBench> {
  const fifty = simulationSpeed('50 tenants, full policy', presetOptions('medium'), 300);
  const fiveHundred = simulationSpeed('500 tenants, full policy', manyTenants(500), 300);
  const empty = emptyLoopSpeed(5_000_000);
  const lru = bareLruSpeed(10_000_000);
  return {
    figures: [fifty, fiveHundred, empty, lru],
    ratioToEmptyLoop: fifty.eventsPerSecond / empty.perSecond,
    ratioToBareLru: fifty.perSecond / lru.perSecond,
    topCosts: await topCosts(presetOptions('medium'), 200),
    threads: await threadSpeedUp(availableParallelism()),
  };
}

const THREAD_SEEDS = 120;

/** How many times faster a swarm is over so many threads. What starts a thread does not count. */
async function threadSpeedUp(count: number): Promise<SimulatorBench['threads']> {
  const one = await swarmSpeed(1);
  return { count, speedUp: count === 1 ? 1 : (await swarmSpeed(count)) / one };
}

/** Requests a second by the wall clock, from the first seed's end on. */
async function swarmSpeed(threadCount: number): Promise<number> {
  let startedMs = Number.NaN;
  let requestCount = 0;
  const { signal } = new AbortController();
  for await (const one of tryInWorkers(1, THREAD_SEEDS, threadCount, signal)) {
    if (Number.isNaN(startedMs)) startedMs = performance.now();
    else requestCount += one.requestCount;
  }
  return (1000 * requestCount) / (performance.now() - startedMs);
}

export function renderSimulatorBench(bench: SimulatorBench): string {
  const millions = (value: number) => `${(value / 1e6).toFixed(2)} M/s`;
  const speeds = bench.figures.map(({ name, perSecond, eventsPerSecond }) => [
    name,
    millions(perSecond),
    millions(eventsPerSecond),
  ]);
  const costs = bench.topCosts.map(({ functionName, percent }) => [
    functionName,
    `${percent.toFixed(1)} %`,
  ]);
  return [
    renderTable(['', 'requests', 'events'], speeds),
    '',
    `at 50 tenants: ${bench.ratioToEmptyLoop.toFixed(2)} of an empty event loop, ` +
      `${bench.ratioToBareLru.toFixed(2)} of bare LRU`,
    `independent seeds over ${bench.threads.count} threads: ${bench.threads.speedUp.toFixed(2)} times one's`,
    '',
    renderTable(['time in', 'of all'], costs),
  ].join('\n');
}

/** Tenants in the shares of the presets, 10,000 requests a second together for each fifty. */
export function manyTenants(count: number): SimulationOptions {
  const base = presetOptions('medium');
  const tenants = Array.from({ length: count }, (_, number): TenantOptions => {
    const tier = number % 10 === 0 ? 'platinum' : number % 10 < 4 ? 'gold' : 'silver';
    const ordinary = presetTenant(tier, number, { platinum: 500, gold: 250, silver: 125 }[tier]);
    // Memory for the keys of five hundred tenants of full size would be a gigabyte.
    const keys = ordinary.popularity.keys / 4;
    return { ...ordinary, popularity: { kind: 'zipf', keys, alpha: 0.99 } };
  });
  const scale = count / base.tenants.length;
  const { redis, backend } = base;
  return {
    ...base,
    tenants,
    neighbours: tenants.map((_, tenant) => tenant),
    redis: { ...redis, shards: Math.ceil(redis.shards * scale) },
    backend: { ...backend, workers: Math.ceil(backend.workers * scale) },
  };
}

/** Warmed up and compiled first; what is timed is the steady run. */
function simulationSpeed(name: string, options: SimulationOptions, virtualS: number): SpeedFigure {
  const simulation = new Simulation(1, { ...options, durationS: 4 * virtualS });
  simulation.advanceTo((virtualS / 10) * 1e6);
  const eventsBefore = simulation.queue.total;
  const before = simulation.requestCount;
  const seconds = cpuSeconds(() =>
    simulation.advanceTo((virtualS * 1.1 * 1e6) / (options.tenants.length / 50)),
  );
  const requests = simulation.requestCount - before;
  const events = requests + simulation.queue.total - eventsBefore;
  return { name, perSecond: requests / seconds, eventsPerSecond: events / seconds };
}

/** The event queue alone: each event schedules the next one of its kind, a thousand at a time. */
function emptyLoopSpeed(eventCount: number): SpeedFigure {
  const queue = new EventQueue(2 ** 16);
  const random = new RandomStream(1, 1);
  for (let at = 0; at < 1000; at += 1) queue.schedule(random.uniform(), 0, at);
  const seconds = cpuSeconds(() => {
    for (let event = 0; event < eventCount; event += 1) {
      queue.take();
      queue.schedule(queue.timeUs + random.uniform(), 0, queue.payload);
    }
  });
  const perSecond = eventCount / seconds;
  return { name: 'empty event loop', perSecond, eventsPerSecond: perSecond };
}

function bareLruSpeed(requestCount: number): SpeedFigure {
  const keys = 1_000_000;
  const random = new RandomStream(1, 2);
  const source = new KeyTables().sourceOf({ kind: 'zipf', keys, alpha: 0.99 });
  const asked = new Int32Array(requestCount);
  for (let at = 0; at < requestCount; at += 1) asked[at] = source.draw(random, 0);
  const cache = new ExactLru(keys / 10, keys);
  const seconds = cpuSeconds(() => {
    for (const key of asked) cache.request(key, 1);
  });
  const perSecond = requestCount / seconds;
  return { name: 'bare exact LRU', perSecond, eventsPerSecond: perSecond };
}

/** Where the time goes, by a sampling profiler: functions that the compiler inlined are in others. */
async function topCosts(options: SimulationOptions, virtualS: number): Promise<Cost[]> {
  const simulation = new Simulation(1, { ...options, durationS: 10 * virtualS });
  simulation.advanceTo(20e6);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  simulation.advanceTo((20 + virtualS) * 1e6);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const times = new Map<string, number>();
  profile.samples?.forEach((id, at) => {
    const name = names.get(id) || '(anonymous)';
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas?.[at] ?? 0));
  });
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP_COSTS)
    .map(([functionName, time]) => ({ functionName, percent: (100 * time) / total }));
}

/** Processor time of this process: what others on the machine take does not count. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
