import type { LeaseAsked } from '../../../policy/asked.ts';
import { acquireLease } from '../../../policy/lease.ts';
import { readClockUs } from '../clock.ts';
import { space } from '../lease-space.ts';
import { ARGV, tonumber } from '../redis-globals.ts';

/** ARGV: key, token, length in milliseconds, clock. Replies [1] if the caller holds the lease. */
export const flags = '';

const asked: LeaseAsked = {
  key: ARGV[0] ?? '',
  token: ARGV[1] ?? '',
  leaseMs: tonumber(ARGV[2]) ?? 0,
  nowMs: Math.floor(readClockUs(ARGV[3]) / 1000),
};

export function main(): number[] {
  return [acquireLease(space, asked)];
}
