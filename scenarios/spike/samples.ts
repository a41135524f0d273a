import { STREAMS, type Stream } from './traffic.ts';

/**
 * How a generator hands its samples to the runner: in lines of text, once a slot, since a metric
 * per sample would cost more than the request.
 *
 *   PW1 <stream> <origin ms> <n>,<started us>,<duration us>,<outcome>;...
 *
 * Numbers inside a sample are in base 36. `started` counts from `origin`, which is a moment of the
 * wall clock; it differs between streams, and by the wall clock's grain between virtual users.
 */
export interface SampleLine {
  readonly stream: Stream;
  readonly originMs: number;
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

/** Everything but the samples; a line that was cut or garbled shall not be read as another one. */
const SAMPLE_HEAD = /^PW1 \w+ \d+(\.\d+)? /;
const SAMPLE = /^[0-9a-z]+,[0-9a-z]+,[0-9a-z]+,\d$/;
const HOT_LINE = /^PWH1 \d+ \d+ \d+$/;

/** What one hot virtual user did in one slot: `PWH1 <slot> <asked> <denied>`. */
export interface HotLine {
  readonly slot: number;
  readonly askedCount: number;
  /** Rejections remembered in the generator: these requests never left it. */
  readonly deniedCount: number;
}

/** Whether a line is one of ours, damaged or not, and none of k6's own words. */
export function isSampleLine(line: string): boolean {
  return line.startsWith(`${TAG} `) || line.startsWith(`${HOT_TAG} `);
}

export function encodeHotLine({ slot, askedCount, deniedCount }: HotLine): string {
  return `${HOT_TAG} ${slot} ${askedCount} ${deniedCount}`;
}

/** Undefined for lines that are something else; throws on a damaged one. */
export function parseHotLine(line: string): HotLine | undefined {
  if (!line.startsWith(`${HOT_TAG} `)) return undefined;
  if (!HOT_LINE.test(line)) throw new Error(`damaged line from k6: ${line.slice(0, 60)}`);
  const [slot = 0, askedCount = 0, deniedCount = 0] = line.split(' ').slice(1).map(Number);
  return { slot, askedCount, deniedCount };
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

/** @param samples as {@link encodeSample} spells them, with semicolons between */
export function encodeSampleLine(stream: Stream, originMs: number, samples: string): string {
  return `${TAG} ${stream} ${originMs} ${samples}`;
}

/** Undefined for lines that are something else; throws on a damaged sample line. */
export function parseSampleLine(line: string): SampleLine | undefined {
  if (!line.startsWith(`${TAG} `)) return undefined;
  const [, name, originText, body = ''] = line.split(' ');
  const stream = STREAMS.find((known) => known === name);
  if (!stream || !SAMPLE_HEAD.test(line)) {
    throw new Error(`damaged sample line from k6: ${line.slice(0, 60)}`);
  }
  const samples = body.split(';').filter(Boolean).map(parseSample);
  return { stream, originMs: Number(originText), samples };
}

function parseSample(text: string): Sample {
  const parts = text.split(',');
  const outcome = SAMPLE_OUTCOMES[Number(parts[3])];
  if (!outcome || !SAMPLE.test(text)) {
    throw new Error(`damaged sample from k6: ${text.slice(0, 60)}`);
  }
  const [n = 0, startedUs = 0, durationUs = 0] = parts.map((part) => Number.parseInt(part, 36));
  return { n, startedUs, durationUs, outcome };
}
