import { AliasTable } from './alias-table.ts';
import { exactLog } from './exact-math.ts';
import { RandomStream } from './random-stream.ts';

/** How a tenant's requests arrive. All are open: a slow answer delays no later request. */
export type ArrivalProcess =
  /** At even distances. */
  | { readonly kind: 'constant'; readonly ratePerSecond: number }
  | { readonly kind: 'poisson'; readonly ratePerSecond: number }
  /**
   * Poisson whose rate switches between two values at random (a Markov-modulated process of two
   * states); `ratePerSecond` is the mean over both.
   */
  | {
      readonly kind: 'bursty';
      readonly ratePerSecond: number;
      /** Rate in a burst over the rate in calm. */
      readonly burstFactor: number;
      readonly burstMeanS: number;
      readonly calmMeanS: number;
    }
  /** Poisson whose rate follows the time of day: a triangle wave around the mean. */
  | {
      readonly kind: 'diurnal';
      readonly ratePerSecond: number;
      /** Peak over mean, less one: 0.5 swings between half and one and a half times the mean. */
      readonly swing: number;
      readonly periodS: number;
      /** Share of the period by which the peak comes earlier. */
      readonly phase: number;
    }
  /** Poisson at one rate, and at another between two times. */
  | {
      readonly kind: 'spike';
      readonly ratePerSecond: number;
      readonly spikeRatePerSecond: number;
      readonly fromS: number;
      readonly toS: number;
    }
  /** Nothing by itself: requests come from a trace. */
  | { readonly kind: 'none' };

/** Steps in which a diurnal rate is followed. */
const DIURNAL_STEPS = 96;

/** Changes of rates in one run; a run with more is refused. */
export const RATE_CHANGES_MAX = 5_000_000;

interface RateChange {
  readonly atUs: number;
  readonly tenant: number;
  readonly ratePerSecond: number;
}

/**
 * The requests of all Poisson-like tenants as one stream: the superposition of Poisson processes is
 * one, whose points belong to each in proportion to its rate. One exponential draw and one draw
 * from an alias table make a request, however many tenants there are.
 */
export class MergedArrivals {
  private readonly random: RandomStream;
  private readonly changes: readonly RateChange[];
  private readonly rates: Float64Array;
  private readonly table: AliasTable;
  private changedCount = 0;
  private isTableOld = true;
  private totalPerUs = 0;
  /** The next arrival. */
  timeUs = 0;
  tenant = 0;

  constructor(
    processes: readonly ArrivalProcess[],
    durationS: number,
    seed: number,
    stream: number,
  ) {
    this.random = new RandomStream(seed, stream);
    this.rates = Float64Array.from(processes, startRate);
    this.table = new AliasTable(new Float64Array(processes.length).fill(1));
    const changes = processes.flatMap((one, tenant) =>
      rateChanges(one, tenant, durationS * 1e6, new RandomStream(seed, stream + 1 + tenant)),
    );
    this.changes = changes.sort((a, b) => a.atUs - b.atUs || a.tenant - b.tenant);
    this.sumRates();
    this.next();
  }

  /** Draws the arrival after the present one. */
  next(): void {
    let { timeUs } = this;
    for (;;) {
      const change = this.changes[this.changedCount];
      const arrivalUs =
        this.totalPerUs > 0
          ? timeUs - exactLog(this.random.uniform()) / this.totalPerUs
          : Number.POSITIVE_INFINITY;
      if (change === undefined || arrivalUs <= change.atUs) {
        this.timeUs = arrivalUs;
        if (arrivalUs === Number.POSITIVE_INFINITY) return;
        if (this.isTableOld) {
          this.table.fill(this.rates);
          this.isTableOld = false;
        }
        this.tenant = this.table.draw(this.random);
        return;
      }
      // Poisson arrivals have no memory: from the change on, draw anew at the new rate.
      timeUs = change.atUs;
      this.apply(change.atUs);
    }
  }

  private apply(atUs: number): void {
    for (;;) {
      const change = this.changes[this.changedCount];
      if (change === undefined || change.atUs > atUs) break;
      this.rates[change.tenant] = change.ratePerSecond;
      this.changedCount += 1;
    }
    this.isTableOld = true;
    this.sumRates();
  }

  private sumRates(): void {
    let total = 0;
    for (const rate of this.rates) total += rate;
    this.totalPerUs = total / 1e6;
  }
}

function startRate(process: ArrivalProcess): number {
  switch (process.kind) {
    case 'poisson':
    case 'spike':
      return process.ratePerSecond;
    case 'bursty':
      return calmRate(process);
    case 'diurnal':
      return diurnalRate(process, 0);
    default:
      return 0;
  }
}

function rateChanges(
  process: ArrivalProcess,
  tenant: number,
  durationUs: number,
  random: RandomStream,
): RateChange[] {
  if (process.kind === 'spike') {
    const { fromS, toS, ratePerSecond, spikeRatePerSecond } = process;
    return [
      { atUs: fromS * 1e6, tenant, ratePerSecond: spikeRatePerSecond },
      { atUs: toS * 1e6, tenant, ratePerSecond },
    ];
  }
  const changes: RateChange[] = [];
  if (process.kind === 'diurnal') {
    const stepUs = (process.periodS * 1e6) / DIURNAL_STEPS;
    for (let step = 1; step * stepUs < durationUs; step += 1) {
      const ratePerSecond = diurnalRate(process, step / DIURNAL_STEPS);
      changes.push({ atUs: step * stepUs, tenant, ratePerSecond });
    }
  }
  if (process.kind === 'bursty') {
    const calm = calmRate(process);
    let isBurst = false;
    let atUs = 0;
    while (changes.length < RATE_CHANGES_MAX) {
      const meanS = isBurst ? process.burstMeanS : process.calmMeanS;
      atUs -= meanS * 1e6 * exactLog(random.uniform());
      if (atUs >= durationUs) break;
      isBurst = !isBurst;
      changes.push({ atUs, tenant, ratePerSecond: isBurst ? calm * process.burstFactor : calm });
    }
  }
  return changes;
}

/** The rate in calm that gives the mean over both states. */
function calmRate(process: ArrivalProcess & { kind: 'bursty' }): number {
  const { ratePerSecond, burstFactor, burstMeanS, calmMeanS } = process;
  return (ratePerSecond * (burstMeanS + calmMeanS)) / (burstFactor * burstMeanS + calmMeanS);
}

function diurnalRate(process: ArrivalProcess & { kind: 'diurnal' }, periods: number): number {
  const place = periods + process.phase;
  const share = place - Math.floor(place);
  const wave = 1 - 4 * Math.abs(share - 0.5);
  return process.ratePerSecond * (1 + process.swing * wave);
}
