import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser for looking at pages, found on PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  return names.find((name) => spawnSync(name, ['--version'], { timeout: 10_000 }).status === 0);
}

/** `test` where a browser is there; elsewhere the test is skipped and its name says why. */
export function testInChromium(name: string, body: (chromium: string) => void): void {
  const chromium = findChromium();
  if (chromium) test(name, () => body(chromium));
  else test.skip(`SKIPPED, no chromium on PATH: ${name}`, () => {});
}

export interface Rendered {
  /** The document after its scripts ran. */
  readonly dom: string;
  readonly png: Buffer;
  /** What the browser complained of: refused requests, errors of scripts. */
  readonly complaints: string[];
}

/** Opens a page without network at a width in CSS pixels. */
export function renderInChromium(
  chromium: string,
  page: string,
  { widthPx = 1000, dark = false }: { widthPx?: number; dark?: boolean } = {},
): Rendered {
  const folder = mkdtempSync(join(tmpdir(), 'partywall-page-'));
  try {
    const file = join(folder, 'page.html');
    const picture = join(folder, 'page.png');
    writeFileSync(file, page);
    const browse = (...extra: string[]) => {
      const result = spawnSync(
        chromium,
        [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--enable-logging=stderr',
          `--user-data-dir=${join(folder, 'profile')}`,
          `--window-size=${widthPx},1400`,
          ...(dark ? ['--blink-settings=preferredColorScheme=0'] : []),
          ...extra,
          `file://${file}`,
        ],
        { encoding: 'utf8', timeout: 25_000 },
      );
      if (result.status !== 0) throw new Error(`chromium: ${result.status} ${result.stderr}`);
      return result;
    };
    const { stdout, stderr } = browse('--virtual-time-budget=2000', '--dump-dom');
    browse(`--screenshot=${picture}`);
    const complaints = stderr.split('\n').filter((line) => line.includes('CONSOLE'));
    return { dom: stdout, png: readFileSync(picture), complaints };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
