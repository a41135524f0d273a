import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLowerPriority } from './scheduling.ts';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'partywall-scheduling-'));
});
afterEach(() => {
  rmSync(bin, { recursive: true, force: true });
});

function install(program: string, body: string): void {
  writeFileSync(join(bin, program), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, program), 0o755);
}

const WORKS = 'shift 2; exec "$@"';
const REFUSES = 'echo "Operation not permitted" >&2; exit 1';

describe('findLowerPriority', () => {
  it.each([
    { chrt: WORKS, nice: WORKS, kind: 'idle', prefix: ['chrt', '-i', '0'] },
    { chrt: REFUSES, nice: WORKS, kind: 'nice', prefix: ['nice', '-n', '19'] },
    { chrt: undefined, nice: WORKS, kind: 'nice', prefix: ['nice', '-n', '19'] },
    { chrt: REFUSES, nice: REFUSES, kind: 'none', prefix: [] },
    { chrt: undefined, nice: undefined, kind: 'none', prefix: [] },
  ])('finds $kind', async ({ chrt, nice, kind, prefix }) => {
    if (chrt !== undefined) install('chrt', chrt);
    if (nice !== undefined) install('nice', nice);

    expect(await findLowerPriority({ PATH: bin })).toEqual({ kind, prefix });
  });
});
