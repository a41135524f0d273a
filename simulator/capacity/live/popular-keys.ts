import type { RandomStream } from '../../random-stream.ts';

/** Draws keys by Zipf's law, by bisection of its distribution: slow and obviously right. */
export function makePopularity(keyCount: number, alpha: number): (random: RandomStream) => number {
  const below: number[] = [];
  let sum = 0;
  for (let key = 0; key < keyCount; key += 1) {
    sum += (key + 1) ** -alpha;
    below.push(sum);
  }
  return (random) => {
    const wanted = random.uniform() * sum;
    let [low, high] = [0, keyCount - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((below[middle] ?? 0) >= wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
