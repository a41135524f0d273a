import cliProgress from 'cli-progress';
import { printable } from './printable.ts';
import { type Progress, SILENT_PROGRESS } from './progress.ts';

export interface ProgressOutput {
  readonly stream: NodeJS.WriteStream;
  readonly quiet: boolean;
  readonly nowMs: () => number;
}

/**
 * A bar with lines above it on a terminal, plain lines with the elapsed time otherwise, nothing
 * where quiet. All of it goes to the given stream, which is standard error.
 */
export function showProgress({ stream, quiet, nowMs }: ProgressOutput): Progress {
  if (quiet) return SILENT_PROGRESS;
  return stream.isTTY ? drawBar(stream, nowMs) : writeLines(stream, nowMs);
}

function writeLines(stream: NodeJS.WriteStream, nowMs: () => number): Progress {
  const startedAtMs = nowMs();
  const write = (line: string) => {
    stream.write(`[${formatElapsed(nowMs() - startedAtMs)}] ${printable(line)}\n`);
  };
  return {
    say: write,
    advance: (done, total, doing) => write(`${done}/${total} ${doing}`),
    finish: () => {},
  };
}

function drawBar(stream: NodeJS.WriteStream, nowMs: () => number): Progress {
  const startedAtMs = nowMs();
  let bar: cliProgress.SingleBar | undefined;

  function startBar(total: number): cliProgress.SingleBar {
    const started = new cliProgress.SingleBar({
      stream,
      format: '{bar} {value}/{total} {elapsed} {doing}',
      barsize: 24,
      barCompleteChar: '#',
      barIncompleteChar: '.',
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is the command line's own business.
      gracefulExit: false,
    });
    started.start(total, 0, { elapsed: '', doing: '' });
    return started;
  }

  function say(line: string): void {
    // The line takes the place of the bar, which is drawn again below it.
    if (bar !== undefined) stream.write('\r\u001b[2K');
    stream.write(`${printable(line)}\n`);
    bar?.render();
  }

  function advance(done: number, total: number, doing: string): void {
    bar ??= startBar(total);
    bar.setTotal(total);
    bar.update(done, { elapsed: formatElapsed(nowMs() - startedAtMs), doing: printable(doing) });
  }

  function finish(): void {
    bar?.stop();
    bar = undefined;
  }

  return { say, advance, finish };
}

/** `0:07`, `12:30`. */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
