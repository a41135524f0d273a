import type { SimulatedRow } from '../advice/simulation-check.ts';
import type { Climb } from '../live/climb.ts';
import type { Foretold } from '../live/held-back.ts';
import type { Plan } from '../plan.ts';
import type { Part, PartCell, PartTable } from './part.ts';
import { decimal, group, percent, say, whole } from './spell.ts';

/** Part 10: how far the formulas are from the simulator, which runs the cache's own policy. */
export function simulationPart({ simulation }: Plan): Part {
  const title = 'Check by simulation';
  if (simulation === undefined) {
    return { id: 'simulation', title, text: ['Not made: --no-simulate leaves it out.'] };
  }
  const { rows, requestCount, simulatedS, spikes, losses, leftOut } = simulation;
  const tables = [
    {
      id: 'simulation-table',
      caption: 'Formulas against the simulator',
      columns: [
        'tenant',
        'planned hits %',
        'simulated %',
        'error, points',
        'planned entries',
        'simulated',
        'error %',
      ],
      rows: rows.map((row) => [
        row.tenant,
        percent(row.planHitRatio, 2),
        percent(row.simulatedHitRatio, 2),
        percent(row.planHitRatio - row.simulatedHitRatio, 2),
        whole(row.planEntries),
        whole(row.simulatedEntries),
        percent(row.planEntries / row.simulatedEntries - 1),
      ]),
    },
    eventTable('simulated-spike', 'The other tenants while the busiest spikes', spikes),
    eventTable('simulated-loss', 'All tenants while a node is lost', losses),
  ].filter((table) => table.rows.length > 0);
  const length =
    rows.length > 0
      ? `, ${group(requestCount)} requests in ${group(simulatedS)} virtual seconds`
      : '';
  const text = `The middle tenant of each tier on one shard${length}, by the policy that Redis executes; then the busiest of them spikes; then a node of the cluster is lost under some tenants of each tier. The back-end is a fast one (5 ms): what is checked is the cache.`;
  return {
    id: 'simulation',
    title,
    text: [...(tables.length > 0 ? [text] : []), ...leftOut],
    tables,
  };
}

function eventTable(id: string, caption: string, rows: readonly SimulatedRow[]): PartTable {
  return {
    id,
    caption,
    columns: ['when', 'P99 ms', 'hits %', 'loads/s', 'failed %'],
    rows: rows.map((row) => [
      row.what,
      decimal(row.msP99, 1),
      percent(row.hitRatio),
      whole(row.loadsPerSecond),
      percent(row.failedShare, 2),
    ]),
  };
}

/** Part 10 too: how far the formulas are from a live Redis under a mix that they were not made from. */
export function livePart({ live }: Plan): Part {
  const title = 'Check against a live Redis';
  if (live === undefined) {
    return { id: 'live', title, text: ['Not made: --check-live plays a held-back mix on one.'] };
  }
  const { hitRatio, memoryBytes, kneePerSecond, climbs } = live;
  const points = hitRatio.planned - hitRatio.seen;
  const relative = ({ planned, seen }: Foretold) => planned / seen - 1;
  const judge = (error: number, bound: number) => (Math.abs(error) <= bound ? 'yes' : 'NO');
  const row = (
    figure: string,
    value: Foretold,
    spell: (one: number) => PartCell,
    bound: number,
  ) => [
    figure,
    spell(value.planned),
    spell(value.seen),
    `${say(percent(relative(value)))} %`,
    `${100 * bound} %`,
    judge(relative(value), bound),
  ];
  return {
    id: 'live',
    title,
    text: [
      `Forty tenants of a held-back mix on Redis ${live.redisVersion}, ${group(live.lookups)} lookups watched. Then the mix is offered faster and faster, each lookup at its moment, ${climbs.length} times: the knee as seen is the highest offer of which no more than 20 ms' worth was left behind, of the middle climb. A P99 far below the knee is the host's, not the queue's.`,
      ...climbs.flatMap(spellWhoGaveWay),
    ],
    tables: [
      {
        id: 'live-table',
        caption: 'Foretold and seen',
        columns: ['figure', 'foretold', 'seen', 'error', 'bound', 'inside'],
        rows: [
          [
            'hit ratio, %',
            percent(hitRatio.planned, 2),
            percent(hitRatio.seen, 2),
            `${say(percent(points, 2))} points`,
            '1 point',
            judge(points, 0.01),
          ],
          row('memory of the entries, MiB', memoryBytes, (one) => decimal(one / 2 ** 20), 0.1),
          isKneeSeen(climbs)
            ? row('knee of one thread, lookups/s', kneePerSecond, whole, 0.15)
            : [
                'knee of one thread, lookups/s',
                whole(kneePerSecond.planned),
                `at least ${group(kneePerSecond.seen)}`,
                '',
                '15 %',
                "CAN'T TELL",
              ],
        ],
      },
      {
        id: 'climb-table',
        caption: 'The climb to the knee, the first of them',
        columns: ['offered/s', 'answered/s', 'left behind', 'P50 ms', 'P99 ms', 'thread busy %'],
        rows: (climbs[0]?.steps ?? []).map((step) => [
          whole(step.offeredPerSecond),
          whole(step.servedPerSecond),
          whole(step.backlog),
          decimal(step.msP50, 1),
          decimal(step.msP99, 1),
          percent(step.utilisation, 0),
        ]),
      },
    ],
  };
}

/** The middle climb tells where the knee is if the server gave way in most of them. */
function isKneeSeen(climbs: readonly Climb[]): boolean {
  return climbs.filter(({ gaveWay }) => gaveWay === 'server').length * 2 > climbs.length;
}

/** A climb that ended for another reason than a full server shows no knee, only that it is not lower. */
function spellWhoGaveWay({ gaveWay, heldPerSecond }: Climb): string[] {
  if (gaveWay === 'server') return [];
  const why =
    gaveWay === 'driver' ? 'what drives the load gave way first' : 'the server kept up to the end';
  return [
    `One climb shows only that the knee is not below ${group(heldPerSecond)} lookups/s: ${why}.`,
  ];
}
