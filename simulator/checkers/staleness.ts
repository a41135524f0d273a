import { type Observer, type Violation, ViolationList } from './observer.ts';

/**
 * Nothing is served whose life is over, and nothing that was loaded before the last invalidation
 * of its tenant. Smallest histories that break it: a hit with -1 ms to live; a load from 1 on, an
 * invalidation at 2, the load's store at 3, a hit at 4. How old a value is without either is left
 * out: that is what a time to live is for.
 */
export class StalenessChecker implements Observer {
  readonly name = 'staleness';
  private readonly entryBase: Int32Array;
  /** Milliseconds at which each stored value's load began; nothing without invalidations. */
  private readonly loadedFromUs: Float64Array;
  private readonly invalidatedUs: Float64Array;
  private readonly found = new ViolationList(this.name);

  /**
   * @param entryBase where each tenant's keys begin among all, and where they end
   * @param hasInvalidations without any, loads are not remembered
   */
  constructor(entryBase: Int32Array, hasInvalidations: boolean) {
    this.entryBase = entryBase;
    const tenantCount = entryBase.length - 1;
    const entryCount = hasInvalidations ? (entryBase[tenantCount] as number) : 0;
    // Warm entries were loaded before the beginning.
    this.loadedFromUs = new Float64Array(entryCount).fill(Number.NEGATIVE_INFINITY);
    this.invalidatedUs = new Float64Array(tenantCount).fill(Number.NEGATIVE_INFINITY);
  }

  stored(_atUs: number, tenant: number, key: number, loadedFromUs: number): void {
    if (this.loadedFromUs.length === 0) return;
    this.loadedFromUs[(this.entryBase[tenant] as number) + key] = loadedFromUs;
  }

  invalidated(atUs: number, tenant: number): void {
    this.invalidatedUs[tenant] = atUs;
  }

  hit(atUs: number, tenant: number, _owner: number, key: number, ttlRemainingMs: number): void {
    if (ttlRemainingMs <= 0) {
      this.found.add(atUs, tenant, `key ${key} was served ${-ttlRemainingMs} ms after its life`);
    }
    if (this.loadedFromUs.length === 0) return;
    const loadedFromUs = this.loadedFromUs[(this.entryBase[tenant] as number) + key] as number;
    const invalidatedUs = this.invalidatedUs[tenant] as number;
    if (loadedFromUs < invalidatedUs) {
      const what = `loaded at ${loadedFromUs} us, invalidated at ${invalidatedUs} us`;
      this.found.add(atUs, tenant, `key ${key} was served: ${what}`);
    }
  }

  get violations(): readonly Violation[] {
    return this.found.items;
  }
}
