import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadPlan } from './load-plan.ts';
import { writePlan } from './plan-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const side = (host: string) => ({
  redisUrl: `redis://user:hush@${host}:6379`,
  backendUrl: `http://${host}:1`,
});

describe('the plan for the generators', () => {
  it('reaches them without the passwords of the servers in a file', async () => {
    const plan = { namespace: 'trial', shared: side('a'), placebo: side('b') } as LoadPlan;
    const file = join(folder, 'plan.json');

    const env = await writePlan(file, plan);

    expect(readFileSync(file, 'utf8')).not.toMatch(/hush|redis:/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      namespace: 'trial',
      shared: { backendUrl: 'http://a:1' },
      placebo: { backendUrl: 'http://b:1' },
    });
    expect(env).toEqual({
      PARTYWALL_PLAN: file,
      PARTYWALL_SHARED_REDIS: 'redis://user:hush@a:6379',
      PARTYWALL_PLACEBO_REDIS: 'redis://user:hush@b:6379',
    });
  });
});
