import { AliasTable } from './alias-table.ts';
import { exactPow } from './exact-math.ts';
import type { RandomStream } from './random-stream.ts';

/**
 * Which of a tenant's keys a request asks for. Keys are whole numbers from 0; the popular ones come
 * first. Zipf exponents: 0.99 is YCSB's (Cooper et al., SoCC 2010); Twitter's 53 production
 * clusters have 0 / 1.21 / 1.88 at the 10th, 50th and 90th percentile (Yang, Yue, Rashmi, "A large
 * scale analysis of hundreds of in-memory cache clusters at Twitter", OSDI 2020).
 */
export type Popularity =
  | { readonly kind: 'uniform'; readonly keys: number }
  | { readonly kind: 'zipf'; readonly keys: number; readonly alpha: number }
  /** `hotShare` of the requests go to the first `hotKeys` keys, both parts evenly. */
  | {
      readonly kind: 'hot-set';
      readonly keys: number;
      readonly hotKeys: number;
      readonly hotShare: number;
    }
  /** One key after the other, then from the start. */
  | { readonly kind: 'scan'; readonly keys: number }
  /** As a trace has it: nothing is drawn. */
  | { readonly kind: 'trace'; readonly keys: number }
  /**
   * A share of the requests goes round all keys, as a job does that refreshes every document; the
   * rest is Zipf. From `growsAtS` on there are `keys` keys, before only `startKeys`.
   */
  | {
      readonly kind: 'loop';
      readonly keys: number;
      readonly startKeys: number;
      readonly growsAtS: number;
      readonly loopShare: number;
      readonly alpha: number;
    };

/** Facebook's ETC pool: 1 % of the keys take 55 % of the requests (Atikoglu et al., SIGMETRICS 2012). */
export function etcPopularity(keys: number): Popularity {
  return { kind: 'hot-set', keys, hotKeys: Math.max(1, Math.floor(keys / 100)), hotShare: 0.55 };
}

/**
 * Relative popularity of each key at the start; undefined for a scan or a trace, which are no
 * random choice.
 */
export function popularityWeights(popularity: Popularity): Float64Array | undefined {
  if (popularity.kind === 'scan' || popularity.kind === 'trace') return undefined;
  if (popularity.kind === 'loop') {
    const { startKeys, alpha, loopShare } = popularity;
    const weights = zipfWeights(startKeys, alpha);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => ((1 - loopShare) * weight) / total + loopShare / startKeys);
  }
  if (popularity.kind === 'zipf') return zipfWeights(popularity.keys, popularity.alpha);
  const weights = new Float64Array(popularity.keys).fill(1);
  if (popularity.kind === 'hot-set') {
    const { keys, hotKeys, hotShare } = popularity;
    if (hotKeys >= keys) return weights;
    weights.fill(hotShare / hotKeys, 0, hotKeys);
    weights.fill((1 - hotShare) / (keys - hotKeys), hotKeys);
  }
  return weights;
}

function zipfWeights(keys: number, alpha: number): Float64Array {
  const weights = new Float64Array(keys);
  for (let key = 0; key < keys; key += 1) weights[key] = exactPow(key + 1, -alpha);
  return weights;
}

/** Draws keys of one popularity; a scan goes on where it was. */
export class KeySource {
  private readonly keys: number;
  private readonly keyTable: AliasTable | undefined;
  /** Share of requests that go round the keys, and how many keys there are before and after. */
  private readonly loopShare: number;
  private readonly startKeys: number;
  private readonly growsAtUs: number;
  private looped = 0;

  /** @param table shared by all sources of the same popularity: see {@link KeyTables} */
  constructor(popularity: Popularity, table: AliasTable | undefined) {
    const isLoop = popularity.kind === 'loop';
    this.keys = popularity.keys;
    this.keyTable = table;
    this.loopShare = isLoop ? popularity.loopShare : popularity.kind === 'scan' ? 1 : 0;
    this.startKeys = isLoop ? popularity.startKeys : popularity.keys;
    this.growsAtUs = isLoop ? popularity.growsAtS * 1e6 : 0;
  }

  draw(random: RandomStream, nowUs: number): number {
    if (this.loopShare > 0 && (this.loopShare === 1 || random.uniform() < this.loopShare)) {
      const end = nowUs < this.growsAtUs ? this.startKeys : this.keys;
      const key = this.looped;
      this.looped = key + 1 >= end ? 0 : key + 1;
      return key;
    }
    return this.keyTable === undefined ? random.below(this.keys) : this.keyTable.draw(random);
  }
}

/** Tables of popularities, each made once however many tenants share it. */
export class KeyTables {
  private readonly tables = new Map<string, AliasTable>();

  sourceOf(popularity: Popularity): KeySource {
    return new KeySource(popularity, this.tableOf(popularity));
  }

  private tableOf(popularity: Popularity): AliasTable | undefined {
    const { kind } = popularity;
    if (kind === 'uniform' || kind === 'scan' || kind === 'trace') return undefined;
    // The part of a loop that is no loop stays with the keys that were there at the start.
    const weighted: Popularity =
      popularity.kind === 'loop'
        ? { kind: 'zipf', keys: popularity.startKeys, alpha: popularity.alpha }
        : popularity;
    const spelt = JSON.stringify(weighted);
    let table = this.tables.get(spelt);
    if (table === undefined) {
      const weights = popularityWeights(weighted);
      if (weights === undefined) return undefined;
      table = new AliasTable(weights);
      this.tables.set(spelt, table);
    }
    return table;
  }
}
