import { counted } from '../../../results/counted.ts';
import type { Plan } from '../plan.ts';
import type { Part } from './part.ts';
import { decimal, gib, group, percent, whole } from './spell.ts';

/** Part 6: what if. */
export function whatIfPart({ whatIfs, cluster, current }: Plan): Part {
  return {
    id: 'what-if',
    title: 'What if',
    text: [
      `Middle world, on ${cluster?.name ?? current?.name ?? 'no cluster'}. Load: share of the safe capacity of the resource that is full first.`,
    ],
    tables: [
      {
        id: 'what-if-table',
        caption: 'Changes: resident memory in GiB, misses a second',
        columns: ['change', 'hits %', 'memory', 'misses', 'load %', 'full first', 'fits', 'note'],
        rows: whatIfs.map((row) => [
          row.change,
          percent(row.hitRatio),
          gib(row.residentBytes),
          whole(row.missesPerSecond),
          percent(row.load, 0),
          row.bottleneck,
          row.fits ? 'yes' : 'no',
          row.note,
        ]),
      },
    ],
  };
}

/** Part 8: how well the neighbours are kept apart. */
export function isolationPart({ isolation }: Plan): Part {
  const title = 'Isolation';
  if (isolation === undefined) return { id: 'isolation', title, text: ['Fewer than two tenants.'] };
  const { hotTenant, spikeFactor, hitMsP99, rows, memoryBytes } = isolation;
  return {
    id: 'isolation',
    title,
    text: [
      `${hotTenant} spikes ${spikeFactor} times; beyond its ordinary lookups it asks for keys nobody asked for before. The memory is half of what all tenants want (${(memoryBytes / 2 ** 30).toFixed(1)} GiB), so that sharing matters. Min-max ratio: the least over the greatest of the neighbours' hit ratio relative to being alone.`,
      `P99 of a neighbour's hit on the same shard: ${hitMsP99.before.toFixed(3)} ms before, ${spellMs(hitMsP99.limited)} under the limited spike, ${spellMs(hitMsP99.unlimited)} without a limiter.`,
    ],
    tables: [
      {
        id: 'isolation-table',
        caption: 'Neighbours under the spike',
        columns: [
          'memory shared by',
          'min-max ratio',
          'mean hits %',
          'worst hits %',
          'worst loss, points',
        ],
        rows: rows.map((row) => [
          row.sharing,
          decimal(row.minMaxRatio, 3),
          percent(row.neighboursHitRatio),
          percent(row.worstHitRatio),
          percent(row.worstLoss),
        ]),
      },
    ],
  };
}

function spellMs(value: number): string {
  return Number.isFinite(value)
    ? `${value.toFixed(3)} ms`
    : 'without end (the thread is overloaded)';
}

/** Where each tenant goes. */
export function placementPart({ placement }: Plan): Part {
  const title = 'Placement on shards';
  if (placement === undefined) return { id: 'placement', title, text: ['No cluster.'] };
  const { shards, moves, split, imbalanceBySlot, imbalancePlaced } = placement;
  const splits = split.map(({ tenant, partitions }) => `${tenant} over ${partitions} partitions`);
  return {
    id: 'placement',
    title,
    text: [
      `Even ranges of slots leave the fullest shard ${imbalanceBySlot.toFixed(2)} times the mean; ${moves.length} moves make it ${imbalancePlaced.toFixed(2)}. Hot tenants (three times the median's processing) are dealt out evenly. ${splits.length === 0 ? 'No tenant is larger than a shard.' : `Larger than a shard: ${splits.join(', ')}.`}`,
    ],
    tables: [
      {
        id: 'shards',
        caption: 'Shards, % of their safe capacity',
        columns: ['shard', 'tenants', 'memory %', 'processing %', 'hot tenants'],
        rows: shards.map((shard) => [
          whole(shard.shard),
          whole(shard.tenants.length),
          percent(shard.memory),
          percent(shard.processing),
          shard.hotTenants.join(', ') || '-',
        ]),
      },
      {
        id: 'moves',
        caption: 'Moves of slots (CLUSTER SETSLOT, or redis-cli --cluster reshard)',
        columns: ['tenant', 'slot', 'from', 'to', 'GiB'],
        rowsShown: 10,
        rows: moves.map((move) => [
          move.tenant,
          whole(move.slot),
          whole(move.from),
          whole(move.to),
          gib(move.bytes),
        ]),
      },
    ],
  };
}

/** The tiers beside Redis. */
export function servicePart({ service, middle, spec }: Plan): Part {
  const { workers, workersAtConfidence, workersWithoutCache, workersToday, autoscaling } = service;
  const backend =
    workers === undefined
      ? 'The spec names no back-end.'
      : `Back-end: ${group(middle.missesPerSecond)} loads/s need ${group(workers)} workers at once (${group(workersAtConfidence ?? workers)} at ${(100 * spec.risk.confidence).toFixed(0)} % confidence), by square-root staffing; without the cache ${group(workersWithoutCache ?? 0)}.${workersToday === undefined ? '' : ` There are ${group(workersToday)}.`}`;
  return {
    id: 'service',
    title: 'Service and back-end',
    text: [backend, ...(autoscaling ? [`Service: ${autoscaling.reason}.`] : [])],
    tables: autoscaling
      ? [
          {
            id: 'autoscaling',
            caption:
              'HorizontalPodAutoscaler for the service; Redis itself grows by shards, not by pods',
            columns: ['setting', 'value'],
            rows: [
              ['minReplicas', whole(autoscaling.minReplicas)],
              ['replicas at the busy hour', whole(autoscaling.replicas)],
              ['maxReplicas', whole(autoscaling.maxReplicas)],
              ['target CPU utilisation, %', percent(autoscaling.targetUtilisation, 0)],
              ['requests/s a replica at the target', whole(autoscaling.requestsPerReplica)],
              ['tolerance, %', percent(autoscaling.tolerance, 0)],
              ['stabilisation before scaling down, s', whole(autoscaling.scaleDownSeconds)],
              ['spike borne until pods are ready, times', decimal(autoscaling.spikeAbsorbed)],
            ],
          },
        ]
      : [],
  };
}

/** Part of words: share or not, what it gains, what decides. */
export function decisionPart({ decision, influences, spec, choice, recommended }: Plan): Part {
  const title = 'Decision card';
  if (decision === undefined) {
    return {
      id: 'decision',
      title,
      text: ['No cluster keeps the promise, so there is nothing to decide.'],
    };
  }
  const { advice, reasons, rules, loadsWithCache, loadsWithoutCache } = decision;
  const money = (value: number) => `${group(value)} ${spec.currency.code}`;
  const sure = recommended ? (100 * recommended.keepsProbability).toFixed(0) : '0';
  return {
    id: 'decision',
    title,
    text: [
      `Advice: ${advice}. ${reasons.join('; ')}.`,
      `Shared: ${money(decision.sharedCostPerMonth)} a month for the Redis nodes; one cache a tenant: ${money(decision.dedicatedCostPerMonth)}; saved: ${(100 * decision.saving).toFixed(0)} %.`,
      `Gain against no cache: ${group(loadsWithCache)} instead of ${group(loadsWithoutCache)} loads a second reach the back-end.`,
      `Three figures decide: ${
        influences
          .slice(0, 3)
          .map(
            ({ figure, change }) =>
              `${figure} (moves the memory by up to ${(100 * change).toFixed(0)} %)`,
          )
          .join(', ') || 'none is uncertain'
      }. Measure them next.`,
      `How sure: the advised cluster is enough in ${sure} % of worlds, ${choice.rejected.length} options were rejected.`,
    ],
    tables: [
      {
        id: 'decision-rules',
        caption: 'When not to share',
        columns: ['wanted for sharing', 'found', ''],
        rows: rules.map(({ rule, found, isBroken }) => [rule, found, isBroken ? 'AGAINST' : 'ok']),
      },
      {
        id: 'influences',
        caption:
          'Uncertain figures by their influence on memory (resident GiB at the ends of 90 %)',
        columns: ['figure', 'at its low', 'at its high', 'change %'],
        rowsShown: 8,
        rows: influences.map((one) => [
          one.figure,
          gib(one.atLow),
          gib(one.atHigh),
          percent(one.change, 0),
        ]),
      },
    ],
  };
}

/** Tenants that left their forecast. */
export function anomaliesPart({ anomalies, spec }: Plan): Part {
  const watched = spec.tenants.filter(({ history }) => history.length > 0).length;
  return {
    id: 'anomalies',
    title: 'Anomalies',
    text: [
      watched === 0
        ? 'The spec holds no history, so nothing could leave its forecast.'
        : `${counted(watched, 'tenant has', 'tenants have')} a history; outside means beyond the 99 % interval of a line through the logarithms of the past.`,
    ],
    tables: [
      {
        id: 'anomalies-table',
        caption: 'Tenants whose latest use left its forecast',
        columns: ['tenant', 'figure', 'day', 'seen', 'foretold from', 'to'],
        rows: anomalies.map((one) => [
          one.tenant,
          one.figure === 'usage' ? 'bytes used' : 'lookups/s',
          one.at,
          whole(one.seen),
          whole(one.low),
          whole(one.high),
        ]),
      },
    ],
  };
}

/** The plan beside the figures that somebody published. */
export function publishedPart({ published, spec }: Plan): Part {
  return {
    id: 'published',
    title: 'Published figures, point by point',
    text: spec.published ? [`Source: ${spec.published.source}.`] : ['The spec holds none.'],
    tables: [
      {
        id: 'published-table',
        caption: 'Published and planned',
        columns: ['figure', 'published', 'planned', 'agrees', 'why'],
        rows: published.map((point) => [
          point.figure,
          point.published,
          point.planned,
          point.agrees ? 'yes' : 'no',
          point.because,
        ]),
      },
    ],
  };
}
