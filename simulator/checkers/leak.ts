import { type Observer, type Violation, ViolationList } from './observer.ts';

/**
 * Nobody is answered with another tenant's value. Smallest history that breaks it: tenant 0 gets a
 * hit whose owner is tenant 1. Timing and hit ratios, which may tell of others too, are left out.
 */
export class LeakChecker implements Observer {
  readonly name = 'leak';
  private readonly found = new ViolationList(this.name);

  hit(atUs: number, tenant: number, owner: number, key: number): void {
    if (owner !== tenant)
      this.found.add(atUs, tenant, `key ${key} held a value of tenant ${owner}`);
  }

  get violations(): readonly Violation[] {
    return this.found.items;
  }
}
