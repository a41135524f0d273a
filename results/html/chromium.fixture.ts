import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';

/** A browser takes a second to start, or half a minute where two cores are shared by many. */
const START_TIMEOUT_MS = 90_000;
const TEST_TIMEOUT_MS = 2 * START_TIMEOUT_MS + 20_000;
const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser for looking at pages, found on PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  return names.find((name) => spawnSync(name, ['--version'], { timeout: 10_000 }).status === 0);
}

/** `test` where a browser is there; elsewhere the test is skipped and its name says why. */
export function testInChromium(name: string, body: (chromium: string) => void): void {
  const chromium = findChromium();
  if (chromium) test(name, { timeout: TEST_TIMEOUT_MS }, () => body(chromium));
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
    const { status, stdout, stderr } = spawnSync(
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
        '--virtual-time-budget=2000',
        '--dump-dom',
        `--screenshot=${picture}`,
        `file://${file}`,
      ],
      { encoding: 'utf8', timeout: START_TIMEOUT_MS },
    );
    if (status !== 0) throw new Error(`chromium: ${status} ${stderr}`);
    const complaints = stderr.split('\n').filter((line) => line.includes('CONSOLE'));
    return { dom: stdout, png: readFileSync(picture), complaints };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
