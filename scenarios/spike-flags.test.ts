import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { BadInputError } from '../results/output/operating-errors.ts';
import { parseSpikeOptions } from './spike/options.ts';
import { addSpikeFlags, splitSpikeFlags } from './spike-flags.ts';

function parse(args: string[], env: NodeJS.ProcessEnv = {}) {
  const command = addSpikeFlags(new Command()).exitOverride().parse(args, { from: 'user' });
  return splitSpikeFlags(command.opts(), env);
}

describe('the flags of a spike', () => {
  it('all reach the options of the run', () => {
    const { raw, output } = parse([
      ...['--redis', 'redis://127.0.0.1:7000', '--placebo-redis', 'redis://127.0.0.1:7001'],
      ...['--allow-remote', 'cache.example', '--namespace', 'ours', '--backend-workers', '3'],
      ...['--backend-ms', '7.5', '--rounds', '8', '--window', '2', '--guard', '0.5'],
      ...['--neighbours', '4', '--neighbour-rate', '50', '--hot-rate', '2000'],
      ...['--without', 'limiter,timeout', '--with', 'local-deny', '--gate', 'p99,worst'],
      ...['--max-rise', '12', '--max-duration', '120', '--seed', '7', '--quick'],
      ...['--plan', '--json', 'record.json', '--quiet'],
    ]);

    expect(output).toMatchObject({ json: 'record.json', quiet: true, plan: true });
    expect(parseSpikeOptions(raw, () => 1)).toMatchObject({
      redis: 'redis://127.0.0.1:7000',
      placeboRedis: 'redis://127.0.0.1:7001',
      allowRemote: ['cache.example'],
      namespace: 'ours',
      backendWorkers: 3,
      backendMs: 7.5,
      rounds: 8,
      windowMs: 2_000,
      guardMs: 500,
      neighbours: 4,
      neighbourRatePerSecond: 50,
      hotRatePerSecond: 2_000,
      without: ['limiter', 'timeout'],
      withLocalDeny: true,
      gate: ['p99', 'worst'],
      maxRisePercent: 12,
      maxDurationMs: 120_000,
      seed: 7,
      quick: true,
    });
  });

  it('leave every default to the run', () => {
    const { raw, output } = parse([]);

    expect(raw).toEqual({});
    expect(output).toEqual({
      quiet: false,
      plan: false,
      reports: { annotations: false, allowInconclusive: false },
    });
  });

  it.each([
    {
      args: [],
      url: 'redis://127.0.0.1:7002',
      raw: { redis: 'redis://127.0.0.1:7002', redisField: 'REDIS_URL' },
    },
    { args: ['--redis', 'redis://a'], url: 'redis://b', raw: { redis: 'redis://a' } },
    { args: [], url: '', raw: {} },
  ])('take the server from $args, else from REDIS_URL=$url', ({ args, url, raw }) => {
    expect(parse(args, { REDIS_URL: url }).raw).toEqual(raw);
  });

  it('report every wrong value at once, with its flag', () => {
    const { raw } = parse(['--rounds', 'many', '--max-rise', '-1', '--without', 'gravity']);

    const attempt = () => parseSpikeOptions(raw, () => 1);

    expect(attempt).toThrow(BadInputError);
    for (const problem of ['--rounds: many', '--max-rise: -1', '--without: gravity']) {
      expect(attempt).toThrow(problem);
    }
  });
});
