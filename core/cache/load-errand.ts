import type { Fence } from '../stores/store.ts';
import type { CacheCounters } from './counters.ts';
import type { Loader, LoadOptions } from './loader.ts';
import type { TenantContext } from './tenant-context.ts';

/** One miss to be filled, and how far it has come. */
export interface LoadErrand {
  readonly context: TenantContext;
  readonly key: string;
  readonly load: Loader;
  readonly options: LoadOptions;
  readonly counters: CacheCounters;
  /** Of the latest lookup before the load; undefined where none can be trusted. */
  fence: Fence | undefined;
  /** Set while this errand holds its key's lease. */
  leaseToken: string | undefined;
  /** The deadline has passed: whatever comes back is for nobody. */
  isAbandoned: boolean;
}
