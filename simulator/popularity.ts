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
  | { readonly kind: 'scan'; readonly keys: number };

/** Facebook's ETC pool: 1 % of the keys take 55 % of the requests (Atikoglu et al., SIGMETRICS 2012). */
export function etcPopularity(keys: number): Popularity {
  return { kind: 'hot-set', keys, hotKeys: Math.max(1, Math.floor(keys / 100)), hotShare: 0.55 };
}

/** Relative popularity of each key; undefined for a scan, which is no random choice. */
export function popularityWeights(popularity: Popularity): Float64Array | undefined {
  if (popularity.kind === 'scan') return undefined;
  const weights = new Float64Array(popularity.keys).fill(1);
  if (popularity.kind === 'zipf') {
    for (let key = 0; key < weights.length; key += 1) {
      weights[key] = exactPow(key + 1, -popularity.alpha);
    }
  }
  if (popularity.kind === 'hot-set') {
    const { keys, hotKeys, hotShare } = popularity;
    if (hotKeys >= keys) return weights;
    weights.fill(hotShare / hotKeys, 0, hotKeys);
    weights.fill((1 - hotShare) / (keys - hotKeys), hotKeys);
  }
  return weights;
}

const UNIFORM = 0;
const WEIGHTED = 1;
const SCAN = 2;

/** Draws keys of one popularity; a scan goes on where it was. */
export class KeySource {
  private readonly kind: number;
  private readonly keys: number;
  private readonly table: AliasTable | undefined;
  private scanned = 0;

  /** @param table shared by all sources of the same popularity: see {@link KeyTables} */
  constructor(popularity: Popularity, table: AliasTable | undefined) {
    this.keys = popularity.keys;
    this.table = table;
    if (popularity.kind === 'scan') this.kind = SCAN;
    else this.kind = table === undefined ? UNIFORM : WEIGHTED;
  }

  draw(random: RandomStream): number {
    if (this.table !== undefined) return this.table.draw(random);
    if (this.kind === UNIFORM) return random.below(this.keys);
    const key = this.scanned;
    this.scanned = key + 1 === this.keys ? 0 : key + 1;
    return key;
  }
}

/** Tables of popularities, each made once however many tenants share it. */
export class KeyTables {
  private readonly tables = new Map<string, AliasTable>();

  sourceOf(popularity: Popularity): KeySource {
    return new KeySource(popularity, this.tableOf(popularity));
  }

  private tableOf(popularity: Popularity): AliasTable | undefined {
    if (popularity.kind === 'uniform') return undefined;
    const spelt = JSON.stringify(popularity);
    let table = this.tables.get(spelt);
    if (table === undefined) {
      const weights = popularityWeights(popularity);
      if (weights === undefined) return undefined;
      table = new AliasTable(weights);
      this.tables.set(spelt, table);
    }
    return table;
  }
}
