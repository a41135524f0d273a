import type { LeaseAsked } from './asked.ts';

/** The leases of one tenant, as the policy sees them. */
export interface LeaseSpace {
  /** Of the lease read last. */
  leaseToken: string;
  leaseEndsAtMs: number;
  /** False if nobody ever took a lease on the key, or it was given back. */
  readLease(key: string): boolean;
  writeLease(key: string, token: string, endsAtMs: number, nowMs: number): void;
  dropLease(key: string): void;
}

/** 1 if the caller holds the lease on loading the key from here on, 0 if another one does. */
export function acquireLease(space: LeaseSpace, asked: LeaseAsked): number {
  const isHeld = space.readLease(asked.key) && space.leaseEndsAtMs > asked.nowMs;
  if (isHeld && space.leaseToken !== asked.token) return 0;
  space.writeLease(asked.key, asked.token, asked.nowMs + asked.leaseMs, asked.nowMs);
  return 1;
}

/** 1 if the caller held the lease and gave it back. */
export function releaseLease(space: LeaseSpace, asked: LeaseAsked): number {
  if (!space.readLease(asked.key) || space.leaseToken !== asked.token) return 0;
  space.dropLease(asked.key);
  return 1;
}
