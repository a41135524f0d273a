import type { HeapProfiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** One sample in so many bytes: a megabyte is estimated to 2 %, ten to less than 1 %. */
const SAMPLING_BYTES = 512;

/**
 * Bytes that some work allocates on the JavaScript heap, those that were freed meanwhile included,
 * by V8's sampling heap profiler.
 */
export async function allocatedBytes(work: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.enable');
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLING_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return bytesOf(profile.head);
  } finally {
    session.disconnect();
  }
}

function bytesOf({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + bytesOf(child), selfSize);
}
