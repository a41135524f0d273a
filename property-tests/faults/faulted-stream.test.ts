import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault, Step } from './fault-plan.ts';
import { FaultedStream } from './faulted-stream.ts';

const REPLIES = ['+OK\r\n', '$5\r\nhello\r\n', ':7\r\n', '*2\r\n+a\r\n$-1\r\n'];
const STREAM = REPLIES.join('');

/** What comes out, with a mark where something other than bytes does. */
function render(steps: readonly Step[]): string {
  return steps
    .map((step) => {
      if (step.kind === 'pass') return step.bytes.toString();
      return step.kind === 'wait' ? `<${step.delayMs}>` : `<${step.kind}>`;
    })
    .join('');
}

function pushAll(faults: readonly Fault[], chunks: readonly string[]) {
  const stream = new FaultedStream(faults);
  const out = render(chunks.flatMap((chunk) => stream.push(Buffer.from(chunk))));
  return { out, struck: stream.struck };
}

/** The stream in packets that break anywhere. */
const packets: fc.Arbitrary<string[]> = fc
  .array(fc.nat(STREAM.length), { maxLength: 6 })
  .map((cuts) => {
    const ends = [...new Set([...cuts, STREAM.length])].sort((a, b) => a - b);
    return ends.map((end, at) => STREAM.slice(ends[at - 1] ?? 0, end)).filter((one) => one !== '');
  });

describe('a stream under faults', () => {
  it('passes every byte in order where there are none', () => {
    fc.assert(fc.property(packets, (chunks) => pushAll([], chunks).out === STREAM));
  });

  it.each<[Fault, string]>([
    [{ kind: 'delay', at: { frame: 1, byte: 4 }, delayMs: 9 }, '+OK\r\n$5\r\n<9>hello\r\n'],
    [{ kind: 'split', at: { frame: 1, byte: 0 } }, '+OK\r\n<0>$5\r\nhello\r\n'],
    [{ kind: 'cut', at: { frame: 1, byte: 6 } }, '+OK\r\n$5\r\nhe<cut>'],
    [{ kind: 'stall', at: { frame: 0, byte: 1 } }, '+<stall>'],
    // Beyond the end of the frame: its last byte.
    [{ kind: 'cut', at: { frame: 0, byte: 99 } }, '+OK\r<cut>'],
    [{ kind: 'duplicate', at: { frame: 1, byte: 0 } }, '+OK\r\n$5\r\nhello\r\n$5\r\nhello\r\n'],
  ])('has %j strike at its place, however the bytes arrive', (fault, begins) => {
    fc.assert(
      fc.property(packets, (chunks) => {
        const { out, struck } = pushAll([fault], chunks);
        const isEnd = fault.kind === 'cut' || fault.kind === 'stall';
        const passed = STREAM.slice('+OK\r\n$5\r\nhello\r\n'.length);
        expect(out).toBe(isEnd ? begins : begins + passed);
        expect(struck).toHaveLength(1);
      }),
    );
  });

  it('tells a fault inside a reply from one between two', () => {
    const faults: Fault[] = [
      { kind: 'split', at: { frame: 1, byte: 0 } },
      { kind: 'split', at: { frame: 1, byte: 3 } },
    ];
    expect(pushAll(faults, [STREAM]).struck).toEqual([
      { kind: 'split', inside: false },
      { kind: 'split', inside: true },
    ]);
  });

  it('never strikes where the stream does not reach', () => {
    const { out, struck } = pushAll([{ kind: 'cut', at: { frame: 4, byte: 1 } }], [STREAM]);
    expect([out, struck]).toEqual([STREAM, []]);
  });
});
