import { quantileOf } from './choose.ts';
import type { Need } from './need.ts';
import { type Capacity, loadOf } from './options.ts';
import type { World } from './world.ts';

/** When a cluster is full, from today on. */
export interface Forecast {
  /** Share of worlds in which it is full before the horizon. */
  readonly exhaustedShare: number;
  /** Months until it is full: early, middle and late (5th, 50th, 95th percentile); null: not before the horizon. */
  readonly monthsP5: number | null;
  readonly monthsP50: number | null;
  readonly monthsP95: number | null;
  readonly dateP5: string | null;
  readonly dateP50: string | null;
  readonly dateP95: string | null;
  readonly horizonMonths: number;
  /** Share of the capacity that is used, by month: low, middle, high. */
  readonly months: readonly ForecastMonth[];
}

export interface ForecastMonth {
  readonly month: number;
  readonly loadP5: number;
  readonly loadP50: number;
  readonly loadP95: number;
}

const HORIZON_MONTHS = 36;

/**
 * Growth compounds: tenants and values multiply memory and work alike, lookups multiply work, and
 * memory as far as the tenants' demand follows their rate (taken as proportional: an upper bound,
 * since a working set grows more slowly than its rate).
 */
export function forecast(
  needs: readonly Need[],
  worlds: readonly World[],
  capacity: Capacity,
  asOf: string,
): Forecast {
  const loads = needs.map((need, index) => ({
    load: loadOf(need, capacity),
    growth: worlds[index]?.growth ?? {
      tenantsPerMonth: 0,
      lookupsPerMonth: 0,
      valueBytesPerMonth: 0,
    },
  }));
  const at = (month: number) =>
    loads.map(({ load, growth }) => {
      const count = (1 + growth.tenantsPerMonth) ** month;
      const rate = (1 + growth.lookupsPerMonth) ** month;
      const value = (1 + growth.valueBytesPerMonth) ** month;
      return Math.max(
        load.memory * count * rate * value,
        load.processing * count * rate,
        load.network * count * rate * value,
      );
    });
  const months = Array.from({ length: HORIZON_MONTHS + 1 }, (_, month) => {
    const all = at(month);
    return {
      month,
      loadP5: quantileOf(all, 0.05),
      loadP50: quantileOf(all, 0.5),
      loadP95: quantileOf(all, 0.95),
    };
  });
  const full = loads.map(({ load, growth }) => monthsUntilFull(load, growth));
  const monthsAt = (share: number): number | null => {
    const month = quantileOf(full, share);
    return month <= HORIZON_MONTHS ? month : null;
  };
  const [monthsP5, monthsP50, monthsP95] = [monthsAt(0.05), monthsAt(0.5), monthsAt(0.95)];
  return {
    exhaustedShare: full.filter((month) => month <= HORIZON_MONTHS).length / full.length,
    monthsP5,
    monthsP50,
    monthsP95,
    dateP5: dateAfter(asOf, monthsP5),
    dateP50: dateAfter(asOf, monthsP50),
    dateP95: dateAfter(asOf, monthsP95),
    horizonMonths: HORIZON_MONTHS,
    months,
  };
}

/** The month in which the first resource is full; 0 where it is today; infinite where none grows. */
function monthsUntilFull(
  load: { readonly memory: number; readonly processing: number; readonly network: number },
  { tenantsPerMonth, lookupsPerMonth, valueBytesPerMonth }: World['growth'],
): number {
  const work = Math.log1p(tenantsPerMonth) + Math.log1p(lookupsPerMonth);
  const bytes = work + Math.log1p(valueBytesPerMonth);
  const months = (used: number, growth: number) => {
    if (used >= 1) return 0;
    return growth <= 0 ? Number.POSITIVE_INFINITY : -Math.log(used) / growth;
  };
  return Math.min(
    months(load.memory, bytes),
    months(load.processing, work),
    months(load.network, bytes),
  );
}

const DAYS_PER_MONTH = 365.25 / 12;

function dateAfter(asOf: string, months: number | null): string | null {
  if (months === null) return null;
  const day = new Date(`${asOf}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Math.round(months * DAYS_PER_MONTH));
  return day.toISOString().slice(0, 10);
}
