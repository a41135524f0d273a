import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { formatElapsed, showProgress } from './show-progress.ts';

/** A stream that remembers what was written, as a terminal of 80 columns or as a pipe. */
function makeStream(isTTY: boolean) {
  const stream = new PassThrough();
  let written = '';
  stream.on('data', (text) => {
    written += text;
  });
  const terminal = { isTTY, columns: 80, cursorTo() {}, clearLine() {}, moveCursor() {} };
  const writeStream = Object.assign(stream, terminal) as unknown as NodeJS.WriteStream;
  return { writeStream, read: () => written };
}

function tellAll(isTTY: boolean, quiet: boolean): string {
  const { writeStream, read } = makeStream(isTTY);
  let nowMs = 0;
  const progress = showProgress({ stream: writeStream, quiet, nowMs: () => nowMs });
  nowMs = 65_000;
  progress.say('building k6');
  progress.advance(1, 6, 'round 1, spike');
  progress.say('window repeated');
  progress.advance(2, 6, 'round 1, placebo');
  progress.finish();
  return read();
}

describe('progress', () => {
  it('is plain lines with the elapsed time where nobody watches a terminal', () => {
    expect(tellAll(false, false)).toBe(
      '[1:05] building k6\n' +
        '[1:05] 1/6 round 1, spike\n' +
        '[1:05] window repeated\n' +
        '[1:05] 2/6 round 1, placebo\n',
    );
  });

  it('is a bar on a terminal, with the lines kept above it', () => {
    const written = tellAll(true, false);

    expect(written).toContain('building k6\n');
    expect(written).toContain('window repeated\n');
    expect(written).toContain('round 1, placebo');
  });

  it.each([true, false])('is nothing where quiet (terminal: %s)', (isTTY) => {
    expect(tellAll(isTTY, true)).toBe('');
  });

  it.each([
    [0, '0:00'],
    [59_999, '0:59'],
    [60_000, '1:00'],
    [3_725_000, '62:05'],
  ])('spells %i ms as %s', (elapsedMs, text) => {
    expect(formatElapsed(elapsedMs)).toBe(text);
  });
});
