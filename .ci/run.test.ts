import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Stands in for npm: `ci` and `test` end as told; `test` writes the report that it is given. */
const FAKE_NPM = `#!/bin/sh
[ "$1" = ci ] && exit "\${INSTALL_STATUS:-0}"
for argument in "$@"; do
  case "$argument" in --outputFile.json=*) file="\${argument#*=}" ;; esac
done
[ -n "$REPORT" ] && echo "$REPORT" > "$file"
exit "\${TEST_STATUS:-0}"
`;
const FAKE_NPX = '#!/bin/sh\nexit $PREPARE_STATUS\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-ci-'));
  for (const [name, text] of [
    ['npm', FAKE_NPM],
    ['npx', FAKE_NPX],
  ] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function report(numPassedTests: number, numFailedTests: number): string {
  return JSON.stringify({ numPassedTests, numFailedTests });
}

describe('.ci/run', () => {
  it.each([
    ['all passed', { REPORT: report(5, 0) }, '5 passed, 0 failed', 0],
    ['tests failed', { REPORT: report(5, 2), TEST_STATUS: '1' }, '5 passed, 2 failed', 1],
    ['a suite did not load', { REPORT: report(5, 0), TEST_STATUS: '1' }, '5 passed, 1 failed', 1],
    ['no test ran', { REPORT: report(0, 0) }, '0 passed, 1 failed', 1],
    ['lint failed before any test', { TEST_STATUS: '1' }, '0 passed, 1 failed', 1],
    ['the report is broken', { REPORT: '{bro' }, '0 passed, 1 failed', 1],
    ['the install failed', { INSTALL_STATUS: '1' }, '0 passed, 1 failed', 1],
    ['a tool is missing', { PREPARE_STATUS: '69' }, '0 passed, 1 failed', 1],
  ])('closes with its counts where %s', (_what, env, line, exitCode) => {
    const script = fileURLToPath(new URL('run', import.meta.url));

    const result = spawnSync('bash', [script], {
      env: { PATH: `${folder}:${process.env['PATH']}`, ...env },
      encoding: 'utf8',
    });

    expect(result.stdout.trim().split('\n').at(-1)).toBe(line);
    expect(result.status).toBe(exitCode);
  });
});
