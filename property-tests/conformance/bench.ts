import { Coverage } from '../arbitraries/coverage.ts';
import type { Adapter, CacheUnderTest } from './adapter.ts';
import { AdapterFault, describeThrown, describeType } from './adapter-fault.ts';
import { callBounded } from './call-bounded.ts';
import type { Facts } from './facts.ts';
import { Lab } from './lab.ts';
import type { RedisInspector } from './redis-inspector.ts';
import { Refusals } from './refusals.ts';

export interface BenchOptions {
  readonly adapter: Adapter;
  readonly redisUrl: string;
  readonly inspector: RedisInspector;
  /** Part of every token and, where needed, of every id: nobody else uses it. */
  readonly nonce: string;
  /** Ids carry the nonce, since the server is not ours alone. */
  readonly isShared: boolean;
}

/** Sets up one history after another, each on an empty cache, and clears away behind it. */
export class Bench {
  readonly refusals = new Refusals();
  readonly coverage = new Coverage();
  private readonly options: BenchOptions;
  private tokenCount = 0;
  private labCount = 0;
  private leftCount = 0;

  constructor(options: BenchOptions) {
    this.options = options;
  }

  /** Keys on a shared server of which cannot be told whether the cache under test wrote them. */
  get leftBehind(): number {
    return this.leftCount;
  }

  /** Opens the deployment (twice where that says something), runs, and clears away. */
  async withLab<T>(
    facts: Facts,
    run: (lab: Lab) => Promise<T>,
    { isTracing = false, isClean = true } = {},
  ): Promise<T> {
    const opened = await this.openAll(facts.isShared ? 2 : 1);
    const [first, second] = opened;
    if (first === undefined) throw new Error('nothing was opened');
    const lab = this.makeLab(facts, first, second, isTracing);
    try {
      return await run(lab);
    } finally {
      await lab.settle();
      for (const cache of opened) await this.close(cache);
      if (isClean) this.leftCount = await this.options.inspector.removeOwn();
    }
  }

  private makeLab(
    facts: Facts,
    first: CacheUnderTest,
    second: CacheUnderTest | undefined,
    isTracing: boolean,
  ): Lab {
    const { inspector, nonce, isShared } = this.options;
    const { refusals, coverage } = this;
    this.labCount += 1;
    const unique = `n${this.labCount}`;
    const salt = isShared ? nonce + unique : facts.outlives ? unique : '';
    const nextToken = () => {
      this.tokenCount += 1;
      return `v${this.tokenCount}q${nonce}`;
    };
    const surroundings = { facts, inspector, refusals, coverage, salt, nextToken, isTracing };
    return new Lab({ first, second, ...surroundings });
  }

  private async openAll(count: number): Promise<CacheUnderTest[]> {
    const opened: CacheUnderTest[] = [];
    try {
      for (let index = 0; index < count; index += 1) opened.push(await this.open());
      return opened;
    } catch (error) {
      for (const cache of opened) await this.close(cache);
      throw error;
    }
  }

  private async open(): Promise<CacheUnderTest> {
    const { adapter, redisUrl } = this.options;
    let cache: unknown;
    try {
      cache = await callBounded('open()', async () => adapter.open({ redisUrl }));
    } catch (error) {
      if (error instanceof AdapterFault) throw error;
      const found = `threw ${describeThrown(error)}`;
      throw new AdapterFault('open()', found, 'a promise of an object with tenant and close');
    }
    return checkCache(cache);
  }

  private async close(cache: CacheUnderTest): Promise<void> {
    try {
      await callBounded('close()', async () => cache.close());
    } catch (error) {
      if (error instanceof AdapterFault) throw error;
      throw new AdapterFault('close()', `threw ${describeThrown(error)}`, 'a promise of nothing');
    }
  }
}

function checkCache(cache: unknown): CacheUnderTest {
  const expected = 'an object with tenant and close';
  if (typeof cache !== 'object' || cache === null) {
    throw new AdapterFault('open()', `gave ${describeType(cache)}`, expected);
  }
  const methods = cache as Record<string, unknown>;
  for (const name of ['tenant', 'close']) {
    if (typeof methods[name] !== 'function') {
      throw new AdapterFault('open()', `gave an object without ${name}()`, expected);
    }
  }
  return cache as CacheUnderTest;
}
