import { BadInputError, type InputProblem } from '../results/output/operating-errors.ts';
import type { ArrivalProcess } from './arrivals.ts';
import { RATE_CHANGES_MAX } from './arrivals.ts';
import { TENANT_KEYS_MAX, VIRTUAL_MS_MAX } from './entry-fields.ts';
import { PROTECTIONS, type SimulationOptions, type TenantOptions } from './options.ts';
import type { Popularity } from './popularity.ts';

/** Most that one run may be asked for: memory for entries, and counters of the time-line. */
export const TENANTS_MAX = 5000;
export const KEYS_MAX = 60_000_000;
export const DURATION_S_MAX = 14 * 86_400;
const STEPS_MAX = 10_000;
/** Cells of the time-line: steps times tenants. */
const CELLS_MAX = 2_000_000;

type Report = (field: string, value: unknown, expected: string) => void;

/** @throws BadInputError naming every option that makes no sense. */
export function checkOptions(seed: number, options: SimulationOptions): void {
  const problems = optionProblems(seed, options);
  if (problems.length > 0) throw new BadInputError(problems);
}

/** Every option that makes no sense. */
export function optionProblems(seed: number, options: SimulationOptions): InputProblem[] {
  const problems: InputProblem[] = [];
  const report: Report = (field, value, expected) => {
    problems.push({ field, value: typeof value === 'string' ? value : String(value), expected });
  };
  if (!Number.isSafeInteger(seed) || seed < 0) {
    report('seed', seed, `a whole number up to ${Number.MAX_SAFE_INTEGER}`);
  }
  checkTimes(options, report);
  checkServers(options, report);
  checkClient(options, report);
  checkTenants(options, report);
  checkWhatHappens(options, report);
  return problems;
}

function checkTimes({ durationS, intervalS, phases, tenants }: SimulationOptions, report: Report) {
  const isLength = durationS > 0 && durationS <= DURATION_S_MAX;
  if (!isLength) report('durationS', durationS, `seconds above 0, up to ${DURATION_S_MAX}`);
  const steps = durationS / intervalS;
  if (!(intervalS > 0)) report('intervalS', intervalS, 'seconds above 0');
  else if (isLength && (steps > STEPS_MAX || steps * tenants.length > CELLS_MAX)) {
    report('intervalS', intervalS, `at most ${STEPS_MAX} steps, ${CELLS_MAX} over all tenants`);
  }
  if (phases.length === 0 || phases[0]?.fromS !== 0) {
    report('phases', phases.map(({ name }) => name).join(), 'a first phase from second 0');
  }
  phases.forEach(({ name, fromS }, place) => {
    const before = phases[place - 1]?.fromS ?? -1;
    const isOnGrid = Math.abs(fromS / intervalS - Math.round(fromS / intervalS)) < 1e-9;
    if (!(fromS > before) || fromS >= durationS || !isOnGrid) {
      const expected = `multiples of ${intervalS} s in rising order, below ${durationS}`;
      report(`phases ${name}.fromS`, fromS, expected);
    }
  });
}

function checkServers({ redis, backend }: SimulationOptions, report: Report) {
  atLeast('redis.shards', redis.shards, 1, 1000, report, true);
  atLeast('redis.maxmemoryBytes', redis.maxmemoryBytes, 1, Number.POSITIVE_INFINITY, report);
  atLeast('redis.maxmemorySamples', redis.maxmemorySamples, 1, 64, report, true);
  for (const field of ['lookupUs', 'putUs', 'rejectUs', 'removeUs', 'perKilobyteUs'] as const) {
    atLeast(`redis.${field}`, redis[field], 0, 1e9, report);
  }
  atLeast('redis.commandTimeoutMs', redis.commandTimeoutMs, 0.001, 1e9, report);
  atLeast('backend.workers', backend.workers, 1, 1_000_000, report, true);
  atLeast('backend.queueMax', backend.queueMax, 0, 10_000_000, report, true);
  atLeast('backend.serviceMs', backend.serviceMs, 0, 1e9, report);
}

function checkClient({ client, looseTimeoutMs, unscopedRatio }: SimulationOptions, report: Report) {
  atLeast('client.instances', client.instances, 1, 10_000, report, true);
  const { connectionsPerInstance, networkUs } = client;
  atLeast('client.connectionsPerInstance', connectionsPerInstance, 1, 1_000_000, report, true);
  atLeast('client.networkUs', networkUs, 0, 1e9, report);
  atLeast('client.backendNetworkUs', client.backendNetworkUs, 0, 1e9, report);
  atLeast('client.backendJitterUs', client.backendJitterUs, 0, 1e9, report);
  atLeast('client.requestRetriesMax', client.requestRetriesMax, 0, 20, report, true);
  atLeast('client.requestRetryPauseMs', client.requestRetryPauseMs, 0, 1e9, report);
  atLeast('looseTimeoutMs', looseTimeoutMs, 0.001, 1e9, report);
  atLeast('unscopedRatio', unscopedRatio, 0, 1, report);
}

function checkTenants({ tenants, durationS }: SimulationOptions, report: Report) {
  if (tenants.length === 0 || tenants.length > TENANTS_MAX) {
    report('tenants', tenants.length, `1 to ${TENANTS_MAX}`);
  }
  const names = new Set<string>();
  let keys = 0;
  for (const one of tenants) {
    const { tenant, tier, keyBytes } = one;
    if (names.has(tenant)) report('tenant', tenant, 'a name that no other tenant has');
    names.add(tenant);
    keys += one.popularity.keys;
    checkArrivals(`${tenant}.arrivals`, one.arrivals, durationS, report);
    checkPopularity(`${tenant}.popularity`, one.popularity, report);
    atLeast(`${tenant}.keyBytes`, keyBytes, 1, 1_000_000, report, true);
    atLeast(`${tenant}.tier.quotaBytes`, tier.quotaBytes, 1, Number.POSITIVE_INFINITY, report);
    atLeast(`${tenant}.tier.ttlMs`, tier.ttlMs, 1, 86_400_000, report);
    atLeast(`${tenant}.tier.deadlineMs`, tier.deadlineMs, 0.001, 1e9, report);
    atLeast(`${tenant}.tier.ratePerSecond`, tier.ratePerSecond, 1e-6, 1e9, report);
    atLeast(`${tenant}.tier.burst`, tier.burst, 1, 1e9, report);
    checkSizes(one, report);
  }
  if (keys > KEYS_MAX) report('keys of all tenants', keys, `at most ${KEYS_MAX}`);
  if (durationS * 1000 > VIRTUAL_MS_MAX / 2) report('durationS', durationS, 'fewer days');
}

/** An entry's charge is kept in 32 bits, key and overhead beside the value. */
const VALUE_BYTES_MAX = 2 ** 30;

function checkSizes({ tenant, valueBytes, popularity }: TenantOptions, report: Report) {
  const field = `${tenant}.valueBytes`;
  if (valueBytes.kind === 'listed') {
    const { bytes } = valueBytes;
    if (bytes.length !== popularity.keys) report(field, bytes.length, 'a size for each key');
    const key = bytes.findIndex((size) => !(size >= 1 && size <= VALUE_BYTES_MAX));
    // One of them is enough: a trace may have millions.
    if (key >= 0) atLeast(`${field} of key ${key}`, Number(bytes[key]), 1, VALUE_BYTES_MAX, report);
  }
  if (valueBytes.kind === 'constant') {
    atLeast(field, valueBytes.bytes, 1, VALUE_BYTES_MAX, report);
  }
  if (valueBytes.kind === 'lognormal') {
    const { medianBytes, p90Bytes } = valueBytes;
    atLeast(`${field}.medianBytes`, medianBytes, 1, VALUE_BYTES_MAX, report);
    atLeast(`${field}.p90Bytes`, p90Bytes, medianBytes, VALUE_BYTES_MAX, report);
  }
}

function checkArrivals(field: string, one: ArrivalProcess, durationS: number, report: Report) {
  if (one.kind === 'none') return;
  const least = one.kind === 'constant' ? 1e-6 : 0;
  atLeast(`${field}.ratePerSecond`, one.ratePerSecond, least, 1e7, report);
  if (one.kind === 'spike') {
    atLeast(`${field}.spikeRatePerSecond`, one.spikeRatePerSecond, 0, 1e7, report);
    if (!(one.fromS >= 0 && one.fromS < one.toS)) {
      report(`${field}.fromS`, one.fromS, `0 or more and before toS, ${one.toS}`);
    }
  }
  if (one.kind === 'bursty') {
    atLeast(`${field}.burstFactor`, one.burstFactor, 1, 10_000, report);
    atLeast(`${field}.burstMeanS`, one.burstMeanS, 0.001, 1e6, report);
    atLeast(`${field}.calmMeanS`, one.calmMeanS, 0.001, 1e6, report);
    const changes = (2 * durationS) / (one.burstMeanS + one.calmMeanS);
    if (changes > RATE_CHANGES_MAX) report(`${field}.burstMeanS`, one.burstMeanS, 'longer bursts');
  }
  if (one.kind === 'diurnal') {
    atLeast(`${field}.swing`, one.swing, 0, 1, report);
    atLeast(`${field}.periodS`, one.periodS, 1, 1e9, report);
  }
}

function checkPopularity(field: string, one: Popularity, report: Report) {
  atLeast(`${field}.keys`, one.keys, 1, TENANT_KEYS_MAX, report, true);
  if (one.kind === 'zipf') atLeast(`${field}.alpha`, one.alpha, 0, 10, report);
  if (one.kind === 'loop') {
    atLeast(`${field}.startKeys`, one.startKeys, 1, one.keys, report, true);
    atLeast(`${field}.growsAtS`, one.growsAtS, 0, 1e9, report);
    atLeast(`${field}.loopShare`, one.loopShare, 0, 1, report);
    atLeast(`${field}.alpha`, one.alpha, 0, 10, report);
  }
  if (one.kind === 'hot-set') {
    atLeast(`${field}.hotKeys`, one.hotKeys, 1, one.keys, report, true);
    atLeast(`${field}.hotShare`, one.hotShare, 0, 1, report);
  }
}

function checkWhatHappens(options: SimulationOptions, report: Report) {
  const { protections, faults, invalidations, tenants, redis } = options;
  for (const one of protections) {
    if (!PROTECTIONS.includes(one)) report('protections', one, PROTECTIONS.join(', '));
  }
  for (const fault of faults) {
    atLeast(`fault ${fault.kind}.atS`, fault.atS, 0, options.durationS, report);
    if ('forS' in fault) atLeast(`fault ${fault.kind}.forS`, fault.forS, 0.000001, 1e9, report);
    if ('factor' in fault) atLeast(`fault ${fault.kind}.factor`, fault.factor, 0, 1e6, report);
    if ('shard' in fault && fault.shard !== undefined) {
      atLeast(`fault ${fault.kind}.shard`, fault.shard, 0, redis.shards - 1, report, true);
    }
    if (fault.kind === 'expire-key') {
      const { tenantIndex } = fault;
      atLeast('fault expire-key.tenantIndex', tenantIndex, 0, tenants.length - 1, report, true);
    }
  }
  for (const tenant of options.neighbours) {
    atLeast('neighbours', tenant, 0, tenants.length - 1, report, true);
  }
  for (const { atS, tenantIndex } of invalidations) {
    atLeast('invalidation.atS', atS, 0, options.durationS, report);
    atLeast('invalidation.tenantIndex', tenantIndex, 0, tenants.length - 1, report, true);
  }
}

function atLeast(
  field: string,
  value: number,
  least: number,
  most: number,
  report: Report,
  isWhole = false,
) {
  const isFine = value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (isFine) return;
  const kind = isWhole ? 'a whole number' : 'a number';
  report(
    field,
    value,
    most === Number.POSITIVE_INFINITY ? `${kind} from ${least}` : `${kind} ${least} to ${most}`,
  );
}
