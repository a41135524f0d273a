import { exactLog } from './exact-math.ts';
import type { RandomStream } from './random-stream.ts';

/**
 * How service times spread around their mean, by squared coefficient of variation: none (0),
 * Erlang of four stages (1/4), exponential (1), two-phase hyper-exponential (4).
 */
export type ServiceShape = 'constant' | 'erlang-4' | 'exponential' | 'hyper-exponential';

/** Squared coefficient of variation of a shape: variance over squared mean. */
export const SHAPE_VARIATION: Readonly<Record<ServiceShape, number>> = {
  constant: 0,
  'erlang-4': 0.25,
  exponential: 1,
  'hyper-exponential': 4,
};

/** Balanced means: p = (1 + sqrt((c - 1) / (c + 1))) / 2 with c = 4. */
const HYPER_SHARE = 0.8872983346207417;

/** One service time of the given mean, in the unit of the mean. */
export function drawServiceUs(meanUs: number, shape: ServiceShape, random: RandomStream): number {
  if (shape === 'constant') return meanUs;
  if (shape === 'exponential') return -meanUs * exactLog(random.uniform());
  if (shape === 'erlang-4') {
    const product = random.uniform() * random.uniform() * random.uniform() * random.uniform();
    return (-meanUs / 4) * exactLog(product);
  }
  const share = random.uniform() < HYPER_SHARE ? HYPER_SHARE : 1 - HYPER_SHARE;
  return (-meanUs / (2 * share)) * exactLog(random.uniform());
}
