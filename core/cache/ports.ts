import type { Value } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import type { InvalidationChannel } from './local-tier.ts';

/**
 * What the cache asks of its surroundings, so that it runs in Node, in k6 and in virtual time.
 * A hit of a tenant in good standing touches neither clock nor timers, and `random` only where the
 * entry is about to expire.
 */
export interface CachePorts {
  /** Wall clock (milliseconds since 1970), which ends temporary rates; steps are survived. */
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Runs `run` once after `delayMs`, unless the function it returns is called before. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Where the engine has it: `() => new AbortController()`; loaders then get a signal. */
  readonly newCanceller?: () => Canceller;
  /** Told of every value that failed its seal. For operators: never pass it on to a tenant. */
  readonly onAlarm?: (alarm: SealAlarm) => void;
  /** Signs seals; without it they catch mix-ups, not forgery. */
  readonly mac?: Mac;
  /** Tells other processes' local tiers what changed. */
  readonly channel?: InvalidationChannel;
}

/** The part of `AbortController` that is used. */
export interface Canceller {
  readonly signal: CancelSignal;
  abort(): void;
}

/** The part of `AbortSignal` that a loader may count on. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** A value came back under a seal that is not the one of the tenant and key asked for. */
export interface SealAlarm {
  readonly tenant: TenantId;
  readonly key: string;
  /** The seal as it was found; it may spell another tenant's name. */
  readonly foundSeal: string;
}

/** A message authentication code of `value` under the context `text`, as printable text. */
export type Mac = (text: string, value: Value) => string;
