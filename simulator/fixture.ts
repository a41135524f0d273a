import type { SimulationOptions } from './options.ts';
import { presetOptions } from './presets.ts';

/** The small deployment with a tenth of its keys and memory, for 20 seconds: made in no time. */
export function shortRun(changes: Partial<SimulationOptions> = {}): SimulationOptions {
  const base = presetOptions('small');
  const tenants = base.tenants.map((one) => ({
    ...one,
    tier: { ...one.tier, quotaBytes: Math.round(one.tier.quotaBytes / 10) },
    popularity: { kind: 'zipf' as const, keys: one.popularity.keys / 10, alpha: 0.99 },
  }));
  const maxmemoryBytes = Math.round(base.redis.maxmemoryBytes / 10);
  const redis = { ...base.redis, maxmemoryBytes };
  return { ...base, tenants, redis, durationS: 20, intervalS: 5, ...changes };
}
