import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MissingToolError } from '../../results/output/operating-errors.ts';
import { provisionK6 } from './k6.ts';
import { findBuiltK6 } from './k6-build.ts';
import { downloadK6 } from './k6-download.ts';

/** Stand-ins for k6: what `k6 version` says, and whether `k6 inspect` loads the script. */
const FAKE_K6 = {
  complete: { version: 'k6 v1.8.1 (go1.26.8, linux/amd64)', inspect: 'exit 0' },
  withoutOwnModule: {
    version: 'k6 v1.8.1 (go1.26.8, linux/amd64)',
    inspect: `while read -r line; do
  case "$line" in *k6/x/partywall*) exit 107 ;; esac
done < "$2"
exit 0`,
  },
  withoutExtension: { version: 'k6 v0.52.0 (go1.22)', inspect: 'exit 107' },
  resolving: {
    version: 'k6 v1.4.0 (go1.24)',
    inspect: '[ "$K6_AUTO_EXTENSION_RESOLUTION" = true ] && exit 0; exit 107',
  },
  notK6: { version: 'some other program 2.0', inspect: 'exit 0' },
} as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-k6-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function writeScript(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function fakeK6Body(kind: keyof typeof FAKE_K6): string {
  const { version, inspect } = FAKE_K6[kind];
  return `if [ "$1" = version ]; then echo "${version}"; exit 0; fi\n${inspect}`;
}

function writeFakeK6(path: string, kind: keyof typeof FAKE_K6): string {
  return writeScript(path, fakeK6Body(kind));
}

/** An environment with nothing on PATH but what the test puts into `bin`, and an own cache. */
function emptyEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: join(folder, 'bin'), PARTYWALL_CACHE: join(folder, 'cache'), ...more };
}

const offline: typeof globalThis.fetch = () =>
  Promise.reject(new TypeError('fetch failed', { cause: new Error('no such host') }));

describe('provisionK6', () => {
  it('takes $K6_BIN first', async () => {
    writeFakeK6(join(folder, 'bin/k6'), 'complete');
    const path = writeFakeK6(join(folder, 'mine'), 'complete');

    const k6 = await provisionK6({ env: emptyEnv({ K6_BIN: path }) });

    expect(k6).toEqual({
      path,
      version: '1.8.1',
      source: '$K6_BIN',
      extension: 'built-in',
      hasOwnModule: true,
    });
  });

  it('takes one that has k6/x/redis only, and says that our own module is not in it', async () => {
    const path = writeFakeK6(join(folder, 'mine'), 'withoutOwnModule');

    const k6 = await provisionK6({ env: emptyEnv({ K6_BIN: path }) });

    expect(k6).toMatchObject({ path, extension: 'built-in', hasOwnModule: false });
  });

  it('tries it without the settings of k6 in the environment, as a run uses it', async () => {
    const unset = '[ -z "$K6_DURATION$K6_LOG_OUTPUT" ] || exit 1\n';
    const path = writeScript(join(folder, 'mine'), unset + fakeK6Body('complete'));
    const settings = { K6_DURATION: 'an hour', K6_LOG_OUTPUT: 'none' };

    const k6 = await provisionK6({ env: emptyEnv({ K6_BIN: path, ...settings }) });

    expect(k6).toMatchObject({ path, extension: 'built-in' });
  });

  it.each([
    ['withoutExtension', 'k6 0.52.0 has no k6/x/redis and could not fetch it'],
    ['notK6', '`k6 version` answered: some other program 2.0'],
  ] as const)('refuses a $K6_BIN that is %s, and takes nothing else for it', async (kind, why) => {
    writeFakeK6(join(folder, 'bin/k6'), 'complete');
    const path = writeFakeK6(join(folder, 'mine'), kind);

    const k6 = provisionK6({ env: emptyEnv({ K6_BIN: path }) });

    await expect(k6).rejects.toThrow(MissingToolError);
    await expect(k6).rejects.toThrow(`K6_BIN: ${path}, expected a k6 with k6/x/redis (${why})`);
  });

  it('refuses a $K6_BIN that is not there', async () => {
    const k6 = provisionK6({ env: emptyEnv({ K6_BIN: '/nowhere/k6' }) });

    await expect(k6).rejects.toThrow('K6_BIN: /nowhere/k6, expected a k6 with k6/x/redis');
  });

  it('takes a k6 on PATH that has the extension', async () => {
    const path = writeFakeK6(join(folder, 'bin/k6'), 'complete');

    expect(await provisionK6({ env: emptyEnv() })).toMatchObject({ path, source: 'PATH' });
  });

  it('takes a k6 on PATH that resolves the extension by itself where that works', async () => {
    writeFakeK6(join(folder, 'bin/k6'), 'resolving');

    expect(await provisionK6({ env: emptyEnv() })).toMatchObject({
      source: 'PATH',
      extension: 'resolved',
      hasOwnModule: false,
    });
  });

  it('passes over a k6 on PATH without the extension for the one in the cache', async () => {
    writeFakeK6(join(folder, 'bin/k6'), 'withoutExtension');
    const path = writeFakeK6(await findBuiltK6(join(folder, 'cache')), 'complete');

    expect(await provisionK6({ env: emptyEnv() })).toMatchObject({ path, source: 'cache' });
  });

  it('builds one with Go, keeps it, and finds it the next time', async () => {
    writeFakeGo(`cat <<'K6' > "$output"\n#!/bin/sh\n${fakeK6Body('complete')}\nK6`);
    const lines: string[] = [];
    const env = emptyEnv({ PATH: `${join(folder, 'bin')}:/usr/bin:/bin` });

    const built = await provisionK6({ env, onProgress: (line) => lines.push(line) });
    const again = await provisionK6({ env: emptyEnv() });

    expect(built.source).toBe('built with Go');
    expect(again).toMatchObject({ path: built.path, source: 'cache' });
    expect(lines[0]).toContain('building k6 with Go, once');
    expect(readdirSync(dirname(built.path))).toEqual(['k6']);
  });

  it('survives two builds at once: both get a whole binary', async () => {
    writeFakeGo(`cat <<'K6' > "$output"\n#!/bin/sh\n${fakeK6Body('complete')}\nK6`);
    const env = emptyEnv({ PATH: `${join(folder, 'bin')}:/usr/bin:/bin` });

    const both = await Promise.all([provisionK6({ env }), provisionK6({ env })]);

    expect(both.map((k6) => k6.version)).toEqual(['1.8.1', '1.8.1']);
    expect(readdirSync(dirname(both[0].path))).toEqual(['k6']);
  });

  it('ends a build that is no longer wanted, and leaves nothing of it', async () => {
    writeFakeGo('echo started >&2; while :; do :; done');
    const controller = new AbortController();

    const k6 = provisionK6({
      env: emptyEnv(),
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(), 100),
      fetch: offline,
    });

    await expect(k6).rejects.toThrow('aborted');
    expect(readdirSync(dirname(await findBuiltK6(join(folder, 'cache'))))).toEqual([]);
  });

  it('says everything it tried and how to get one where nothing worked', async () => {
    writeFakeK6(join(folder, 'bin/k6'), 'withoutExtension');
    writeFakeGo('echo "go: cannot reach the module proxy" >&2; exit 1');

    const error = await provisionK6({ env: emptyEnv(), fetch: offline }).catch((one) => one);

    expect(error).toBeInstanceOf(MissingToolError);
    expect(error.tool).toBe('k6');
    expect(error.message).toContain('k6 0.52.0 has no k6/x/redis');
    expect(error.message).toContain('k6 built earlier: none');
    expect(error.message).toContain('go build failed: go: cannot reach the module proxy');
    expect(error.message).toContain('official release: the download failed: fetch failed');
    expect(error.message).toContain('install Go');
  });
});

describe('findBuiltK6', () => {
  it('names a build after all of its sources, so that no change of one is missed', async () => {
    const sources = fileURLToPath(new URL('../k6/build', import.meta.url));
    const files = readdirSync(sources).filter((file) => /\.go$|^go\.(mod|sum)$/.test(file));
    const hash = createHash('sha256');
    for (const file of files.sort()) hash.update(readFileSync(join(sources, file)));

    const path = await findBuiltK6(folder);

    const name = `${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 16)}`;
    expect(path.split(sep).slice(-3, -1)).toEqual(['k6', name]);
    expect(files).toEqual(expect.arrayContaining(['go.mod', 'go.sum', 'main.go', 'meter.go']));
  });
});

/** A `go` that runs `body` with `$output` set to what it was told to write. */
function writeFakeGo(body: string): void {
  const findOutput =
    'while [ $# -gt 0 ]; do [ "$1" = -o ] && output="$2"; shift; done\n' +
    'chmod_later() { chmod 755 "$output"; }';
  writeScript(join(folder, 'bin/go'), `${findOutput}\n${body}\n[ -f "$output" ] && chmod_later`);
}

describe('downloadK6', () => {
  const name = 'k6-v1.8.1-linux-amd64';

  /** A release page with one archive that holds a stand-in, and its list of checksums. */
  function publish(checksum?: string): typeof globalThis.fetch {
    writeFakeK6(join(folder, name, 'k6'), 'resolving');
    spawnSync('tar', ['-czf', join(folder, 'release.tar.gz'), '-C', folder, name]);
    const archive = readFileSync(join(folder, 'release.tar.gz'));
    const sum = checksum ?? createHash('sha256').update(archive).digest('hex');
    return async (url) => {
      if (`${url}`.endsWith('checksums.txt')) return new Response(`${sum}  ${name}.tar.gz\n`);
      if (`${url}`.endsWith(`/v1.8.1/${name}.tar.gz`)) return new Response(archive);
      return new Response('', { status: 404 });
    };
  }

  function download(fetch: typeof globalThis.fetch, arch = 'x64'): Promise<string | undefined> {
    const output = join(folder, 'out/k6');
    return downloadK6({ output, onProgress: () => {}, fetch, platform: 'linux', arch });
  }

  it('unpacks a release whose checksum is the published one', async () => {
    expect(await download(publish())).toBeUndefined();

    expect(readdirSync(join(folder, 'out'))).toEqual(['k6']);
  });

  it('keeps nothing of a release with another checksum', async () => {
    expect(await download(publish('0'.repeat(64)))).toContain('not 0000');

    expect(existsSync(join(folder, 'out/k6'))).toBe(false);
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  it('says why where a file is not published, or there is no such release', async () => {
    const nothing: typeof globalThis.fetch = async () => new Response('', { status: 404 });

    expect(await download(nothing)).toContain('answered 404');
    expect(await download(publish(), 'arm64')).toContain('no checksum is published');
    expect(await download(publish(), 'mips')).toContain('there is no official k6');
  });
});
