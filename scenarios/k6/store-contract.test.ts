import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT } from '../../core/stores/contract.ts';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import { provisionK6 } from '../provision/k6.ts';

/** What a case came to inside k6: '' for passed; no entry if it never got there. */
type Problems = ReadonlyMap<string, string>;

describe('k6 store inside k6', () => {
  let server: TestServer;
  let problems: Problems = new Map();

  beforeAll(async () => {
    server = await startTestServer();
    problems = await runInsideK6(server.port);
  }, 600_000);
  afterAll(() => server.stop());

  for (const { name } of CONTRACT.filter(({ needsBytes }) => needsBytes !== true)) {
    it(name, () => {
      expect(problems.get(name) ?? 'the case was not run').toBe('');
    });
  }
});

async function runInsideK6(port: number): Promise<Problems> {
  const folder = await mkdtemp(join(tmpdir(), 'partywall-contract-'));
  try {
    const script = join(folder, 'store-contract.js');
    await build({
      entryPoints: [fileURLToPath(new URL('store-contract.k6.ts', import.meta.url))],
      outfile: script,
      bundle: true,
      format: 'esm',
      target: 'es2022',
      external: ['k6', 'k6/*'],
    });
    return parseLines(await runK6(script, port));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runK6(script: string, port: number): Promise<string> {
  const { path } = await provisionK6();
  const words = [
    'run',
    '--quiet',
    '--summary-mode',
    'disabled',
    '--log-format',
    'raw',
    '--log-output',
    'stdout',
  ];
  const k6 = spawn(path, [...words, '-e', `REDIS_PORT=${port}`, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  k6.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(k6, 'close');
  return output;
}

function parseLines(output: string): Problems {
  const lines = output.split('\n').filter((line) => line.startsWith('{"case"'));
  return new Map(
    lines.map((line) => {
      const { case: name, problem } = JSON.parse(line) as { case: string; problem: string };
      return [name, problem];
    }),
  );
}
