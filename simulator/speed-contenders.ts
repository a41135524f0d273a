import { manyTenants } from './bench.ts';
import { ExactLru } from './exact-lru.ts';
import type { SimulationOptions } from './options.ts';
import { KeyTables } from './popularity.ts';
import { presetOptions } from './presets.ts';
import { RandomStream } from './random-stream.ts';
import { Simulation } from './simulation.ts';

/** Something whose speed is measured, round by round. */
export interface SpeedContender {
  readonly name: string;
  /** Requests a second of processor time. */
  measure(): Promise<number>;
}

/** Does nothing but decide hits and misses: what the host allows with such a spread of keys. */
export const BARE_LRU = 'bare exact LRU';

const VIRTUAL_S = 60;
/** More rounds than anybody measures. */
const ROUNDS_MAX = 500;
const LRU_REQUESTS = 3_000_000;

/** How fast the simulator is on this machine. Takes some seconds and half a gigabyte to set up. */
export function simulatorSpeeds(): SpeedContender[] {
  return [
    bareLru(),
    steadyRun('50 tenants, full policy', presetOptions('medium')),
    steadyRun('500 tenants, full policy', manyTenants(500)),
  ];
}

/** One long run in its steady state: a round simulates its next minute, less of a larger one. */
function steadyRun(name: string, options: SimulationOptions): SpeedContender {
  const roundUs = (VIRTUAL_S * 1e6 * 50) / options.tenants.length;
  const durationS = (ROUNDS_MAX * roundUs) / 1e6;
  const simulation = new Simulation(1, { ...options, durationS });
  let nowUs = roundUs;
  simulation.advanceTo(nowUs);
  return contender(name, () => {
    const before = simulation.requestCount;
    nowUs += roundUs;
    simulation.advanceTo(nowUs);
    return simulation.requestCount - before;
  });
}

function bareLru(): SpeedContender {
  const keys = 1_000_000;
  const random = new RandomStream(1, 2);
  const source = new KeyTables().sourceOf({ kind: 'zipf', keys, alpha: 0.99 });
  const asked = new Int32Array(LRU_REQUESTS);
  for (let at = 0; at < LRU_REQUESTS; at += 1) asked[at] = source.draw(random, 0);
  const cache = new ExactLru(keys / 10, keys);
  return contender(BARE_LRU, () => {
    for (const key of asked) cache.request(key, 1);
    return LRU_REQUESTS;
  });
}

/** By processor time of this process: what others on the machine take does not count. */
function contender(name: string, work: () => number): SpeedContender {
  return {
    name,
    measure: async () => {
      const before = process.cpuUsage();
      const count = work();
      const { user, system } = process.cpuUsage(before);
      return (1e6 * count) / (user + system);
    },
  };
}
