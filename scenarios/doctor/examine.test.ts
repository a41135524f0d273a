import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Examination,
  examine,
  examineCores,
  examineNode,
  examineReadings,
  judgeInstruments,
} from './examine.ts';
import { renderExamination } from './render-examination.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-doctor-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function install(program: string, body: string): void {
  writeFileSync(join(folder, program), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, program), 0o755);
}

const TOOLS = {
  k6: '[ "$1" = version ] && echo "k6 v1.8.1 (go1.26)"; exit 0',
  oldK6: '[ "$1" = version ] && echo "k6 v0.52.0 (go1.22)" && exit 0; exit 107',
  go: 'echo "go version go1.26.8 linux/amd64"',
  redis: 'echo "Redis server v=7.2.4 sha=0"',
  oldRedis: 'echo "Redis server v=6.0.16 sha=0"',
  none: 'exit 0',
};

function examineHere(env: NodeJS.ProcessEnv = {}): Promise<Examination> {
  return examine({ PATH: folder, PARTYWALL_CACHE: join(folder, 'cache'), ...env });
}

function findingOf({ findings }: Examination, name: string) {
  return findings.find((finding) => finding.name === name);
}

describe('doctor', () => {
  it('finds everything ready where everything is there', async () => {
    install('k6', TOOLS.k6);
    install('redis-server', TOOLS.redis);

    const examination = await examineHere();

    expect(findingOf(examination, 'k6')).toMatchObject({ state: 'ready', version: '1.8.1' });
    expect(findingOf(examination, 'redis')).toMatchObject({ state: 'ready', version: '7.2.4' });
    expect(examination.host.tools).toEqual({ k6: '1.8.1', redis: '7.2.4' });
    expect(examination.instruments.flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('says what the first run would make', async () => {
    install('k6', TOOLS.oldK6);
    install('go', TOOLS.go);
    install('redis-server', TOOLS.oldRedis);
    install('make', TOOLS.none);
    install('cc', TOOLS.none);

    const examination = await examineHere();

    expect(findingOf(examination, 'k6')).toMatchObject({ state: 'first-use' });
    expect(findingOf(examination, 'k6')?.detail).toContain('builds it with Go 1.26.8');
    expect(findingOf(examination, 'redis')).toMatchObject({ state: 'first-use' });
    expect(examination.instruments.flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('says what each instrument still needs, and how to get it', async () => {
    const examination = await examineHere();

    expect(findingOf(examination, 'k6')).toMatchObject({ state: 'missing' });
    expect(findingOf(examination, 'k6')?.detail).toContain('install Go');
    expect(findingOf(examination, 'redis')).toMatchObject({ state: 'missing' });
    expect(examination.instruments).toMatchObject([
      { instrument: 'stress', missing: ['k6', 'redis'] },
      { instrument: 'judge', missing: [] },
    ]);
  });

  it.each([
    ['redis://127.0.0.1:1', 'REDIS_URL: redis://127.0.0.1:1, expected a Redis that answers'],
    ['redis://u:hush@cache.example', 'redis://u:***@cache.example, expected a server on this'],
  ])('reports the server REDIS_URL=%s as missing', async (url, detail) => {
    const examination = await examineHere({ REDIS_URL: url });

    expect(findingOf(examination, 'redis')?.state).toBe('missing');
    expect(findingOf(examination, 'redis')?.detail).toContain(detail);
  });

  it('reports a K6_BIN that will not do as missing', async () => {
    install('k6', TOOLS.k6);
    install('mine', TOOLS.oldK6);

    const examination = await examineHere({ K6_BIN: join(folder, 'mine') });

    expect(findingOf(examination, 'k6')?.state).toBe('missing');
    expect(findingOf(examination, 'k6')?.detail).toContain('K6_BIN');
  });

  it.each([
    ['20.18.3', 'missing'],
    ['18.20.0', 'missing'],
    ['20.19.0', 'ready'],
    ['22.1.0', 'ready'],
  ])('judges Node %s as %s', (version, state) => {
    expect(examineNode(version).state).toBe(state);
  });

  it('warns of a single core, which keeps no instrument from working', () => {
    expect(examineCores(1).state).toBe('degraded');
    expect(judgeInstruments([examineCores(1)]).every((one) => one.missing.length === 0)).toBe(true);
  });

  it('says that a spike needs Linux, and nothing else does, where CPU time cannot be read', () => {
    const elsewhere = { cpuTimeMs: { self: null }, pressureUs: null, stealMs: null };
    const clocks = { wallMs: 0, monotonicMs: 0, allCpuMs: null };

    const finding = examineReadings({ ...elsewhere, ...clocks });

    expect(finding.state).toBe('missing');
    expect(finding.detail).toContain("a spike's verdict needs Linux, here it ends INVALID");
    expect(judgeInstruments([finding])).toMatchObject([
      { instrument: 'stress', missing: ['readings'] },
      { instrument: 'judge', missing: [] },
    ]);
  });

  it('takes a Linux without pressure figures for one on which a spike can be judged', () => {
    const sample = { cpuTimeMs: { self: 40 }, pressureUs: null, stealMs: 0, allCpuMs: 10 };

    const finding = examineReadings({ ...sample, wallMs: 0, monotonicMs: 0 });

    expect(finding).toMatchObject({ state: 'degraded' });
    expect(finding.detail).toContain('CPU pressure (PSI)');
  });

  it('renders lines of at most 80 columns', async () => {
    const lines = renderExamination(await examineHere()).split('\n');

    expect(lines.join('\n')).toMatch(/stress .* needs k6, redis/);
    expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
