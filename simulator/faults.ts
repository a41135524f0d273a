/** Something goes wrong at a time, in seconds from the start. Shards are numbered from 0. */
export type Fault =
  /** Service times of a shard, or of all, are multiplied. */
  | {
      readonly kind: 'slow-redis';
      readonly atS: number;
      readonly forS: number;
      readonly factor: number;
      readonly shard?: number;
    }
  /** Refuses connections, then comes back empty. */
  | {
      readonly kind: 'restart-redis';
      readonly atS: number;
      readonly forS: number;
      readonly shard?: number;
    }
  /** Refuses connections, and a replica with the same content takes over. */
  | {
      readonly kind: 'failover';
      readonly atS: number;
      readonly forS: number;
      readonly shard?: number;
    }
  /** Gone for the rest of the run. */
  | { readonly kind: 'lost-shard'; readonly atS: number; readonly shard: number }
  /** FLUSHALL by a person or a program. */
  | { readonly kind: 'flush'; readonly atS: number; readonly shard?: number }
  /** The clock that the policy asks jumps. */
  | { readonly kind: 'clock-step'; readonly atS: number; readonly stepMs: number }
  /** Service times of the back-end are multiplied. */
  | {
      readonly kind: 'slow-backend';
      readonly atS: number;
      readonly forS: number;
      readonly factor: number;
    }
  /** One entry of a tenant vanishes: its life ended at the worst moment. */
  | {
      readonly kind: 'expire-key';
      readonly atS: number;
      readonly tenantIndex: number;
      readonly key: number;
    };

export const FAULT_KINDS: readonly Fault['kind'][] = [
  'slow-redis',
  'restart-redis',
  'failover',
  'lost-shard',
  'flush',
  'clock-step',
  'slow-backend',
  'expire-key',
];
