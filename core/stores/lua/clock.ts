import { redis, tonumber } from './redis-globals.ts';

/** Whole microseconds of the caller's clock (in milliseconds) or, where it is '', of the server. */
export function readClockUs(nowMsText: string | undefined): number {
  if (nowMsText !== undefined && nowMsText !== '') return (tonumber(nowMsText) ?? 0) * 1000;
  const time = redis.call<[string, string]>('TIME');
  return (tonumber(time[0]) ?? 0) * 1_000_000 + (tonumber(time[1]) ?? 0);
}
