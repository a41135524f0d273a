import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** In a process of its own, whose main thread it is that gets stuck. */
function watchWhile(job: string): string {
  const script = `
    import { stat } from 'node:fs';
    import { watchThread } from './property-tests/conformance/watch-thread.ts';
    const watch = watchThread({ patienceMs: 1000 });
    // As the answer of a server would call it.
    stat('.', function stuck() { ${job} });
    try {
      await watch.blocked;
    } catch (error) {
      console.log(error.message);
    }
    watch.forget();
  `;
  const words = ['--import', 'tsx', '--input-type=module', '--eval', script];
  return spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 60_000 }).stdout;
}

describe('a thread that an adapter keeps to itself', () => {
  it('is freed from a loop without an end, and told which function it was', () => {
    expect(watchWhile('for (;;) {}')).toContain(
      'adapter stuck(): gives nobody else a turn for 1 s: a loop without an end?',
    );
  }, 60_000);

  it('is freed from promises that beget promises', () => {
    const job = 'const beget = () => Promise.resolve().then(beget); beget();';
    expect(watchWhile(job)).toContain('gives nobody else a turn for 1 s');
  }, 60_000);
});
