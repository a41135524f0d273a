import { redis, tonumber } from './redis-globals.ts';

/** Whole microseconds of the caller's clock (in milliseconds) or, where it is '', of the server. */
export function readClockUs(nowMsText: string | undefined): number {
  if (nowMsText !== undefined && nowMsText !== '') return (tonumber(nowMsText) ?? 0) * 1000;
  // Texts in truth: Lua's arithmetic reads a number out of one at half the price of tonumber.
  const time = redis.call<[number, number]>('TIME');
  return time[0] * 1_000_000 + time[1];
}
