import type { LeaseAsked } from '../../../policy/asked.ts';
import { releaseLease } from '../../../policy/lease.ts';
import { space } from '../lease-space.ts';
import { ARGV } from '../redis-globals.ts';

/** ARGV: key, token. Replies [1] if the caller's lease was given back. */
export const flags = 'allow-oom';

const asked: LeaseAsked = { key: ARGV[0] ?? '', token: ARGV[1] ?? '', leaseMs: 0, nowMs: 0 };

export function main(): number[] {
  return [releaseLease(space, asked)];
}
