import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';

/** What a terminal's Ctrl-C does to the process in which esbuild works: how many there were. */
function interruptService(): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' });
  const services = lines
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command = '']) => Number(parent) === process.pid && isEsbuild(command));
  for (const [pid] of services) process.kill(Number(pid), 'SIGINT');
  return services.length;
}

function isEsbuild(command: string): boolean {
  return /esbuild(\.exe)?$/.test(command);
}

/** Bundles one line of text, which `onLoad` may take its time to give. */
async function bundleText(onLoad: () => void = () => {}): Promise<string> {
  const built = await bundle({
    stdin: { contents: 'import "text";', loader: 'js' },
    ...{ bundle: true, write: false, logLevel: 'silent' },
    plugins: [
      {
        name: 'text',
        setup(builder) {
          builder.onResolve({ filter: /^text$/ }, ({ path }) => ({ path, namespace: 'text' }));
          builder.onLoad({ filter: /.*/, namespace: 'text' }, () => {
            onLoad();
            return { contents: 'console.log("said")' };
          });
        },
      },
    ],
  });
  return built.outputFiles?.[0]?.text ?? '';
}

describe('a bundle', () => {
  afterAll(() => {
    interruptService();
  });

  it('is built although Ctrl-C ended the process of esbuild before', async () => {
    await bundleText();

    expect(interruptService()).toBe(1);
    expect(await bundleText()).toContain('said');
    expect(await bundleText()).toContain('said');
  });

  it('is built although Ctrl-C ends the process of esbuild meanwhile', async () => {
    let interrupted = 0;
    const onLoad = () => {
      if (interrupted === 0) interrupted = interruptService();
    };

    expect(await bundleText(onLoad)).toContain('said');
    expect(interrupted).toBe(1);
  });

  it('fails where the source is at fault, and is not tried again', async () => {
    let tries = 0;
    const building = bundleText(() => {
      tries += 1;
      throw new Error('cannot be read');
    });

    await expect(building).rejects.toThrow('cannot be read');
    expect(tries).toBe(1);
  });
});
