import type { Plan } from '../plan.ts';
import type { Part } from './part.ts';
import { percent, whole } from './spell.ts';

/** Part 7: when it is full. */
export function forecastPart({ forecast, cluster, current }: Plan): Part {
  const name = cluster?.name ?? current?.name ?? 'no cluster';
  if (forecast === undefined)
    return { id: 'forecast', title: 'Growth', text: ['No cluster to fill.'] };
  const { dateP5, dateP50, dateP95, horizonMonths, exhaustedShare, months } = forecast;
  const spell = (date: string | null) => date ?? `beyond ${horizonMonths} months`;
  return {
    id: 'forecast',
    title: 'Growth',
    text: [
      `${name} is full on ${spell(dateP50)} in the middle; ${spell(dateP5)} early (5 %), ${spell(dateP95)} late (95 %). It is full within ${horizonMonths} months in ${(100 * exhaustedShare).toFixed(0)} % of worlds. Full means: the reserve is touched, or a thread is busier than is safe.`,
    ],
    charts: [
      {
        id: 'growth',
        title: 'Share of the capacity in use',
        summary: `Reaches the capacity on ${spell(dateP50)} in the middle.`,
        x: { label: 'months from now' },
        y: { label: 'use, % of the safe capacity' },
        rules: [{ at: 100, label: 'full', axis: 'y' }],
        series: [
          {
            name: 'middle, with 90 % of worlds',
            points: months
              .filter(({ loadP50 }) => loadP50 < 3)
              .map(({ month, loadP5, loadP50, loadP95 }) => ({
                x: month,
                y: 100 * loadP50,
                low: 100 * loadP5,
                high: 100 * Math.min(loadP95, 4),
              })),
          },
        ],
      },
    ],
    tables: [
      {
        id: 'forecast-table',
        caption: 'Use of the fullest resource, % of its safe capacity',
        columns: ['months', 'low (5 %)', 'middle', 'high (95 %)'],
        rows: months
          .filter(({ month }) => month % 3 === 0)
          .map((row) => [
            whole(row.month),
            percent(row.loadP5, 0),
            percent(row.loadP50, 0),
            percent(row.loadP95, 0),
          ]),
      },
    ],
  };
}
