import { MergedArrivals } from '../arrivals.ts';
import { STREAMS } from '../deployment.ts';
import type { SimulationOptions } from '../options.ts';
import { type KeySource, KeyTables } from '../popularity.ts';
import { RandomStream } from '../random-stream.ts';

/** Requests in the order of time: the same list for real servers and for simulated ones. */
export interface RequestList {
  readonly atUs: readonly number[];
  /** Index among the tenants. */
  readonly tenants: readonly number[];
  readonly keys: readonly number[];
}

/** Draws the requests that the tenants' arrival processes make before `untilS`. */
export function drawRequests(
  seed: number,
  { tenants }: Pick<SimulationOptions, 'tenants'>,
  untilS: number,
): RequestList {
  const processes = tenants.map(({ arrivals }) => arrivals);
  const arrivals = new MergedArrivals(processes, untilS, seed, STREAMS.arrivals);
  const random = new RandomStream(seed, STREAMS.keys);
  const tables = new KeyTables();
  const sources = tenants.map(({ popularity }) => tables.sourceOf(popularity));
  const list = { atUs: [] as number[], tenants: [] as number[], keys: [] as number[] };
  for (; arrivals.timeUs < untilS * 1e6; arrivals.next()) {
    const { timeUs, tenant } = arrivals;
    list.atUs.push(timeUs);
    list.tenants.push(tenant);
    list.keys.push((sources[tenant] as KeySource).draw(random, timeUs));
  }
  return list;
}
