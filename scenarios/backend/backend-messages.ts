import type { ServiceTime } from './service-time.ts';
import type { PoolStats } from './worker-pool.ts';

/** What the runner tells the back-end process at its start, as JSON in its first argument. */
export interface BackendSettings {
  readonly workers: number;
  /** Mean time that one load keeps a worker busy. */
  readonly serviceMs: number;
  readonly serviceTime: ServiceTime;
  readonly queueMax: number;
  readonly seed: number;
}

export type RunnerToBackend =
  | { readonly ask: 'stats'; readonly id: number }
  | { readonly ask: 'set-service-ms'; readonly id: number; readonly serviceMs: number };

export type BackendToRunner =
  | { readonly event: 'listening'; readonly port: number }
  | { readonly event: 'failed'; readonly problem: string }
  | { readonly event: 'reply'; readonly id: number; readonly stats: PoolStats };
