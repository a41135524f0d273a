import { DEFAULT_SETTINGS } from '../../core/cache/settings.ts';
import { TIERS } from '../../core/tenancy/tier.ts';
import type { Judgement } from '../../results/judgement.ts';
import { PROTECTIONS, type SimulationOptions } from '../options.ts';
import { KeyTables } from '../popularity.ts';
import { RandomStream } from '../random-stream.ts';
import { judgeRounds } from '../rounds.ts';
import { Simulation } from '../simulation.ts';
import type { Calibration } from './calibration.ts';
import type { SpikeSetting } from './validation-schema.ts';

/**
 * What is planned to hit is asked for first, one key after the other and slowly, since nothing is in
 * the cache that a live run pre-loads; then comes everybody, for as long again.
 */
const WARMING_S = 30;
const WARMING_PER_SECOND = 300;
const SETTLING_S = 2 * WARMING_S;
/** Twelve windows of five seconds. */
const BEFORE_S = 60;
/** The burst that a limit grants at first, and the queue that it fills. */
const GUARD_S = 10;
const DURING_S = 60;
const SPIKE_AT_S = SETTLING_S + BEFORE_S;
const END_S = SPIKE_AT_S + GUARD_S + DURING_S;

const WARM_KEYS = 200;
/** Of 25 requests, as the live traffic plans them. */
const MISSES_OF_25 = 3;
/** Misses of one tenant go round so many keys: more than are asked for before they expire. */
const MISS_KEYS = 150_000;
const QUEUE_MAX = 240;
const TIER_ORDER = ['platinum', 'gold', 'silver'] as const;

/** The verdict of a spike in virtual time, by the judge of live runs. */
export function simulateSpike(setting: SpikeSetting, calibration: Calibration): Judgement {
  const options = spikeOptions(setting, calibration);
  const simulation = new Simulation(setting.seed, options);
  playSpike(simulation, setting);
  const judgement = judgeRounds(simulation);
  if (judgement === undefined) throw new Error('a spike without windows');
  return judgement;
}

function spikeOptions(setting: SpikeSetting, calibration: Calibration): SimulationOptions {
  const names = Array.from({ length: setting.neighbours }, (_, place) => ({
    tenant: `neighbour-${place + 1}`,
    tier: TIER_ORDER[place % TIER_ORDER.length] ?? 'silver',
  }));
  const tenants = [...names, { tenant: 'hot-tenant', tier: 'platinum' as const }].map(
    ({ tenant, tier }) => ({
      tenant,
      tier: TIERS[tier],
      arrivals: { kind: 'none' as const },
      popularity: { kind: 'trace' as const, keys: WARM_KEYS + MISS_KEYS },
      valueBytes: { kind: 'constant' as const, bytes: 400 },
      keyBytes: 60,
    }),
  );
  const { networkUs, backendNetworkUs, backendJitterUs, lookupUs, putUs } = calibration;
  return {
    durationS: END_S,
    tenants,
    redis: {
      shards: 1,
      maxmemoryBytes: 1e13,
      maxmemoryPolicy: 'noeviction',
      maxmemorySamples: 5,
      lookupUs,
      putUs,
      rejectUs: lookupUs,
      removeUs: 0,
      perKilobyteUs: 0,
      serviceShape: 'constant',
      commandTimeoutMs: 5000,
    },
    backend: {
      workers: setting.backendWorkers,
      queueMax: QUEUE_MAX,
      serviceMs: setting.backendMs,
      serviceShape: 'constant',
    },
    client: {
      instances: 1,
      connectionsPerInstance: 100_000,
      networkUs,
      backendNetworkUs,
      backendJitterUs,
      requestRetriesMax: 0,
      requestRetryPauseMs: 50,
      cache: {
        ...DEFAULT_SETTINGS,
        singleFlight: false,
        localDeny: false,
        earlyRefresh: false,
        ttlJitter: 0,
        loadsMax: 100_000,
      },
    },
    protections: PROTECTIONS.filter((one) => !setting.without.includes(one)),
    looseTimeoutMs: 4000,
    unscopedRatio: 0,
    faults: [],
    invalidations: [],
    isWarm: false,
    phases: [
      { name: 'settling', fromS: 0 },
      { name: 'before', fromS: SETTLING_S },
      { name: 'guard', fromS: SPIKE_AT_S },
      { name: 'during', fromS: SPIKE_AT_S + GUARD_S },
    ],
    neighbours: names.map((_, tenant) => tenant),
    intervalS: 1,
  };
}

/**
 * Plays the planned traffic: evenly spaced requests, of which three in 25 miss by asking for a key
 * that nobody has asked for yet. In the guard the spike is hits alone, as it is live: they use up
 * the burst.
 */
function playSpike(simulation: Simulation, setting: SpikeSetting): void {
  const { neighbours, neighbourRatePerSecond, ordinaryRatePerSecond, hotRatePerSecond } = setting;
  const random = new RandomStream(setting.seed, 1);
  const popular = new KeyTables().sourceOf({ kind: 'zipf', keys: WARM_KEYS, alpha: 0.99 });
  const missed = new Int32Array(neighbours + 1);
  const ask = (tenant: number, isMiss: boolean) => {
    if (!isMiss) {
      simulation.request(tenant, popular.draw(random, 0));
      return;
    }
    const count = missed[tenant] as number;
    missed[tenant] = count + 1;
    simulation.request(tenant, WARM_KEYS + (count % MISS_KEYS));
  };
  warm(simulation, neighbours + 1);
  const neighbourEveryUs = 1e6 / (neighbourRatePerSecond * neighbours);
  let neighbourAtUs = WARMING_S * 1e6;
  let neighbourCount = 0;
  let hotAtUs = WARMING_S * 1e6;
  while (Math.min(neighbourAtUs, hotAtUs) < END_S * 1e6) {
    if (neighbourAtUs <= hotAtUs) {
      simulation.advanceTo(neighbourAtUs);
      const turn = Math.floor(neighbourCount / neighbours);
      // Neighbours miss in turn, not all of them at once.
      ask(neighbourCount % neighbours, isMiss(turn + 9 * (neighbourCount % neighbours)));
      neighbourCount += 1;
      neighbourAtUs = WARMING_S * 1e6 + neighbourCount * neighbourEveryUs;
    } else {
      simulation.advanceTo(hotAtUs);
      const isGuard = hotAtUs >= SPIKE_AT_S * 1e6 && hotAtUs < (SPIKE_AT_S + GUARD_S / 2) * 1e6;
      // At random: a limit that lets every tenth through would else go by the same pattern.
      ask(neighbours, !isGuard && random.below(25) < MISSES_OF_25);
      hotAtUs += 1e6 / (hotAtUs < SPIKE_AT_S * 1e6 ? ordinaryRatePerSecond : hotRatePerSecond);
    }
  }
  simulation.advanceTo(END_S * 1e6);
}

function warm(simulation: Simulation, tenantCount: number): void {
  const count = Math.min(tenantCount * WARM_KEYS, WARMING_PER_SECOND * WARMING_S);
  for (let n = 0; n < count; n += 1) {
    simulation.advanceTo((n * 1e6) / WARMING_PER_SECOND);
    simulation.request(n % tenantCount, Math.floor(n / tenantCount));
  }
}

/** Three requests of 25, evenly: the 8th, 16th and 25th. */
function isMiss(n: number): boolean {
  const place = n % 25;
  return Math.floor(((place + 1) * MISSES_OF_25) / 25) > Math.floor((place * MISSES_OF_25) / 25);
}
