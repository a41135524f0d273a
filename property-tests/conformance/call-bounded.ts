import { AdapterFault } from './adapter-fault.ts';

/** Longest that one call of an adapter may take. Redis on the loopback answers in a thousandth. */
export const CALL_TIMEOUT_MS = 5_000;

const SLICES = 5;

/**
 * Waits for a call of the adapter, but not for ever. The time is counted in slices, each of which
 * needs a turn of the event loop: where the whole machine stands still, only one of them passes.
 * @throws AdapterFault where no answer comes; whatever the call throws otherwise
 */
export async function callBounded<T>(
  where: string,
  call: () => Promise<T>,
  timeoutMs: number = CALL_TIMEOUT_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    let slicesLeft = SLICES;
    const tick = () => {
      slicesLeft -= 1;
      if (slicesLeft > 0) {
        timer = setTimeout(tick, timeoutMs / SLICES);
        return;
      }
      const found = `no answer within ${timeoutMs / 1000} s`;
      reject(new AdapterFault(where, found, 'a promise that settles'));
    };
    timer = setTimeout(tick, timeoutMs / SLICES);
  });
  try {
    return await Promise.race([call(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
