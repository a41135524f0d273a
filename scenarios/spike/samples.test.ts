import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeHotLine,
  encodeSample,
  encodeSampleLine,
  parseHotLine,
  parseSampleLine,
  SAMPLE_OUTCOMES,
} from './samples.ts';
import { STREAMS } from './traffic.ts';

const samples = fc.record({
  n: fc.nat({ max: 2 ** 31 }),
  startedUs: fc.nat({ max: 2 ** 31 }).map((us) => us * 2),
  durationUs: fc.nat({ max: 60_000_000 }),
  outcome: fc.constantFrom(...SAMPLE_OUTCOMES),
});

describe('sample lines', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STREAMS),
        fc.double({ min: 1e12, max: 2e12, noNaN: true }),
        fc.array(samples),
        (stream, originMs, written) => {
          const encoded = written.map(({ n, startedUs, durationUs, outcome }) =>
            encodeSample(n, startedUs, durationUs, outcome),
          );
          const line = encodeSampleLine(stream, originMs, encoded.join(';'));

          expect(parseSampleLine(line)).toEqual({ stream, originMs, samples: written });
          expect(parseHotLine(line)).toBeUndefined();
        },
      ),
    );
  });

  it.each([
    ['an ordinary warning of k6', 'time="..." level=warning msg="PW1 is not at the start"'],
    ['an empty line', ''],
    ['another tag', 'PW12 hit 1700000000000 a,b,c,0'],
  ])('are told from %s', (_, line) => {
    expect(parseSampleLine(line)).toBeUndefined();
    expect(parseHotLine(line)).toBeUndefined();
  });

  it.each([
    ['the stream is unknown', 'PW1 both 1700000000000 a,b,c,0'],
    ['the stream is missing', 'PW1 1700000000000 a,b,c,0'],
    ['the origin is no number', 'PW1 hit noon a,b,c,0'],
    ['the origin is missing', 'PW1 hit  a,b,c,0'],
    ['the origin is broken', 'PW1 hit 1700000000000. a,b,c,0'],
    ['the origin is negative', 'PW1 hit -1700000000000 a,b,c,0'],
    ['a slot stands before the origin', 'PW1 hit 1 1700000000000 a,b,c,0'],
    ['the line ends after the origin', 'PW1 hit 1700000000000'],
    ['the line ends after the stream', 'PW1 hit'],
    ['the line ends after its tag', 'PW1 '],
    ['two lines ran into each other', 'PW1 hit 1700000000000 a,b,c,0PW1 hit 1700000000000 a,b,c,0'],
  ])('are refused where %s', (_, line) => {
    expect(() => parseSampleLine(line)).toThrow(/^damaged sample.* from k6: /);
  });

  it.each(['a', 'a,b', 'a,b,c', 'a,b,c,', 'a,b,,0', ',b,c,0', 'a,b,c,5', 'a,-b,c,0', 'a,b,c,0,0'])(
    'are refused where a sample is cut or garbled: %s',
    (sample) => {
      const line = `PW1 hit 1700000000000 1,2,3,0;${sample}`;

      expect(() => parseSampleLine(line)).toThrow(`damaged sample from k6: ${sample}`);
    },
  );

  it('are quoted in part only, however long the damaged text', () => {
    const line = `PW1 hit 1700000000000 ${'x'.repeat(10_000)}`;

    expect(() => parseSampleLine(line)).toThrow(/^.{1,100}$/);
  });
});

describe('lines of the hot tenant', () => {
  it('are read back as they were written', () => {
    const counts = fc.nat({ max: 2 ** 31 });
    fc.assert(
      fc.property(counts, counts, counts, (slot, askedCount, deniedCount) => {
        const line = encodeHotLine({ slot, askedCount, deniedCount });

        expect(parseHotLine(line)).toEqual({ slot, askedCount, deniedCount });
        expect(parseSampleLine(line)).toBeUndefined();
      }),
    );
  });

  it.each([
    'PWH1 ',
    'PWH1 1',
    'PWH1 1 2',
    'PWH1 1 2 x',
    'PWH1 1  3',
    'PWH1 1 2.5 3',
    'PWH1 1 2 3 4',
  ])('are refused where damaged: %s', (line) => {
    expect(() => parseHotLine(line)).toThrow(`damaged line from k6: ${line}`);
  });
});
