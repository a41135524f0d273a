/**
 * How a virtual user hands its samples to the runner: one line of text a slot, since users of k6
 * share no memory and a metric per sample would cost more than the request.
 *
 *   PW1 <process> <slot> <wall offset ms> <n>,<started us>,<duration us>,<outcome>;...
 *
 * Numbers inside a sample are in base 36. `started` counts from the start of the k6 test, `wall
 * offset` is the wall clock at that start as this user saw it.
 */
export interface SampleLine {
  readonly slot: number;
  readonly wallOffsetMs: number;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** Number of the iteration; k6 skips no number, a dropped iteration has none. */
  readonly n: number;
  readonly startedUs: number;
  readonly durationUs: number;
  readonly outcome: SampleOutcome;
}

/** `foreign`: a value came back whose seal named another tenant or key. */
export const SAMPLE_OUTCOMES = ['hit', 'loaded', 'rejected', 'failed', 'foreign'] as const;
export type SampleOutcome = (typeof SAMPLE_OUTCOMES)[number];

const TAG = 'PW1';
const HOT_TAG = 'PWH1';

/** What one hot virtual user did in one slot: `PWH1 <slot> <asked> <denied>`. */
export interface HotLine {
  readonly slot: number;
  readonly askedCount: number;
  /** Rejections remembered in the generator: these requests never left it. */
  readonly deniedCount: number;
}

export function encodeHotLine({ slot, askedCount, deniedCount }: HotLine): string {
  return `${HOT_TAG} ${slot} ${askedCount} ${deniedCount}`;
}

/** Undefined for lines that are something else; throws on a damaged one. */
export function parseHotLine(line: string): HotLine | undefined {
  if (!line.startsWith(`${HOT_TAG} `)) return undefined;
  const [slot, askedCount, deniedCount] = line.split(' ').slice(1).map(Number);
  const parsed = {
    slot: slot ?? Number.NaN,
    askedCount: askedCount ?? Number.NaN,
    deniedCount: deniedCount ?? Number.NaN,
  };
  if (!Object.values(parsed).every(Number.isInteger)) {
    throw new Error(`damaged line from k6: ${line.slice(0, 60)}`);
  }
  return parsed;
}

export function encodeSample(
  n: number,
  startedUs: number,
  durationUs: number,
  outcome: SampleOutcome,
): string {
  const code = SAMPLE_OUTCOMES.indexOf(outcome);
  return `${n.toString(36)},${startedUs.toString(36)},${durationUs.toString(36)},${code}`;
}

export function encodeSampleLine(
  slot: number,
  wallOffsetMs: number,
  samples: readonly string[],
): string {
  return `${TAG} ${slot} ${wallOffsetMs} ${samples.join(';')}`;
}

/** Undefined for lines that are something else; throws on a damaged sample line. */
export function parseSampleLine(line: string): SampleLine | undefined {
  if (!line.startsWith(`${TAG} `)) return undefined;
  const [, slot, wallOffsetMs, body] = line.split(' ');
  const parsed = {
    slot: Number(slot),
    wallOffsetMs: Number(wallOffsetMs),
    samples: (body ?? '').split(';').filter(Boolean).map(parseSample),
  };
  if (!Number.isInteger(parsed.slot) || !Number.isFinite(parsed.wallOffsetMs)) {
    throw new Error(`damaged sample line from k6: ${line.slice(0, 60)}`);
  }
  return parsed;
}

function parseSample(text: string): Sample {
  const [n, started, duration, code] = text.split(',');
  const outcome = SAMPLE_OUTCOMES[Number(code)];
  const numbers = [n, started, duration].map((part) => Number.parseInt(part ?? '', 36));
  const [number, startedUs, durationUs] = numbers;
  if (
    !outcome ||
    number === undefined ||
    startedUs === undefined ||
    durationUs === undefined ||
    numbers.some(Number.isNaN)
  ) {
    throw new Error(`damaged sample from k6: ${text.slice(0, 60)}`);
  }
  return { n: number, startedUs, durationUs, outcome };
}
