import type { RateLimit } from '../stores/store.ts';
import { CacheError } from './errors.ts';
import type { LoadErrand } from './load-errand.ts';
import type { Hit } from './outcome.ts';
import type { CachePorts } from './ports.ts';
import { isOwn } from './seal.ts';
import type { CacheSettings } from './settings.ts';
import type { StoreAccess } from './store-access.ts';

/**
 * One process of many loads a key: who holds the key's lease in the store loads, the others look
 * again until they find what it put, the lease is free, or it must have run out. A store in trouble
 * is no reason to wait: the load then goes ahead without a lease.
 */
export class Lease {
  private readonly access: StoreAccess;
  private readonly settings: CacheSettings;
  private readonly ports: CachePorts;
  private tokenCount = 0;

  constructor(access: StoreAccess, settings: CacheSettings, ports: CachePorts) {
    this.access = access;
    this.settings = settings;
    this.ports = ports;
  }

  /** The entry that another process put meanwhile, or nothing: the errand is to be loaded. */
  async waitForTurn(errand: LoadErrand): Promise<Hit | undefined> {
    const { context, key, counters } = errand;
    const { tenant } = context;
    // Looking again is this cache's doing, not the tenant's: it costs no tokens.
    const limit: RateLimit = { ...context.limit, enforcement: 'off' };
    const token = this.makeToken();
    const pollsMax = Math.ceil(this.settings.leaseMs / this.settings.leasePollMs);
    for (let pollCount = 0; pollCount < pollsMax && !errand.isAbandoned; pollCount += 1) {
      const lease = await this.access.acquireLease(tenant, key, token, counters);
      if (lease instanceof CacheError) return undefined;
      if (lease.acquired) {
        errand.leaseToken = token;
        // Who waited looks once more: the holder before may have put and let go since.
        if (pollCount === 0) return undefined;
      } else {
        await this.pause();
      }
      const reply = await this.access.lookup(tenant, key, limit, counters);
      if (reply instanceof CacheError || reply.kind === 'rejected') return undefined;
      if (reply.kind === 'hit') {
        // A foreign reply carries a foreign fence: the load goes ahead and is put behind the first.
        if (!isOwn(tenant, key, reply, counters, this.ports)) return undefined;
        const { value, nearLimit } = reply;
        return { kind: 'hit', value, source: 'store', nearLimit, wouldReject: false };
      }
      errand.fence = reply.fence;
      if (lease.acquired) return undefined;
    }
    return undefined;
  }

  /**
   * Lets the next process load. Nobody waits for the store to hear of it, and if it does not, the
   * lease runs out by itself.
   */
  release(errand: LoadErrand): void {
    const { context, key, counters, leaseToken } = errand;
    if (leaseToken === undefined) return;
    errand.leaseToken = undefined;
    this.access.releaseLease(context.tenant, key, leaseToken, counters).then(ignore, ignore);
  }

  /** Unique to this process by two draws of 53 bits, within it by the count. */
  private makeToken(): string {
    this.tokenCount += 1;
    const { random } = this.ports;
    return `${random().toString(36)}${random().toString(36)}.${this.tokenCount}`;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      this.ports.after(this.settings.leasePollMs, resolve);
    });
  }
}

function ignore(): void {}
