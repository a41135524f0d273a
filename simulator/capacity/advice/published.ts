import { quantileOf } from '../choose.ts';
import type { Cluster } from '../cluster.ts';
import type { KneeReport } from '../knee-report.ts';
import type { MemorySum } from '../memory-sum.ts';
import type { Need } from '../need.ts';
import { SAFE_UTILISATION } from '../options.ts';
import type { Overcommit } from '../overcommit.ts';
import type { PlanSpec } from '../spec/schema.ts';
import type { TierRow } from '../tiers.ts';
import type { World } from '../world.ts';
import type { DecisionCard } from './decision.ts';
import type { ServiceAdvice } from './service.ts';

/** One figure that somebody states, beside the plan's own. */
export interface PublishedPoint {
  readonly figure: string;
  readonly published: string;
  readonly planned: string;
  readonly agrees: boolean;
  /** Why they differ, or what the agreement rests on. */
  readonly because: string;
}

const GIB = 2 ** 30;

/** The spec's published figures, point by point. */
export function comparePublished(plan: PlanFigures, decision: DecisionCard): PublishedPoint[] {
  const { published } = plan.spec;
  if (published === undefined) return [];
  return [
    ...memoryPoints(plan, published.memoryGiB),
    ...headroomPoint(plan, published.headroom),
    ...costPoints(plan, decision),
    ...hitPoint(plan, published.hitRatio),
    ...latencyPoints(plan),
    ...deadlinePoint(plan, published.withinDeadline),
    ...serverPoints(plan),
  ];
}

/** Of a plan, what is compared. */
export interface PlanFigures {
  readonly spec: PlanSpec;
  readonly world: World;
  readonly middle: Need;
  readonly needs: readonly Need[];
  readonly memory: MemorySum;
  readonly overcommit: Overcommit | undefined;
  readonly current: Cluster | undefined;
  readonly currentKnee: KneeReport | undefined;
  readonly costPerMonth: number | undefined;
  readonly service: ServiceAdvice;
  readonly tiers: readonly TierRow[];
}

/** What is said of a single server, and of caching shared data once. */
function serverPoints({ spec, world, middle }: PlanFigures): PublishedPoint[] {
  const points: PublishedPoint[] = [];
  const { instance, sharing } = spec.published ?? {};
  if (instance !== undefined) {
    const { opsPerSecond, tenants, utilisation, tenantsMax, memoryGiB } = instance;
    const busy = (opsPerSecond * world.lookupUs) / 1e6;
    const byWork = Math.floor(
      (SAFE_UTILISATION * 1e6) / (world.lookupUs * (opsPerSecond / tenants)),
    );
    const room = (memoryGiB * (1 - spec.redis.reserve) * 1024) / world.fragmentation;
    const usages = middle.tenants.map((use) => use.usageBytes).sort((a, b) => a - b);
    const usual = (usages[usages.length >> 1] ?? 0) / 2 ** 20;
    points.push(
      {
        figure: `utilisation of one server at ${opsPerSecond} operations/s`,
        published: percent(utilisation),
        planned: `${percent(busy)} of a thread`,
        agrees: Math.abs(busy - utilisation) < 0.03,
        because: `published as a share of 50,000 operations/s; here as ${world.lookupUs.toFixed(1)} us of thread time each (${instance.source})`,
      },
      {
        figure: `tenants on one server of ${memoryGiB} GiB`,
        published: `up to ${tenantsMax}`,
        planned: `${byWork} by processing; by memory ${Math.floor(room / usual)} like the middle tenant here`,
        agrees: byWork >= tenantsMax && room / usual >= tenantsMax,
        because: `processing bears it; memory leaves ${(room / tenantsMax).toFixed(1)} MiB a tenant, the middle tenant here uses ${usual.toFixed(0)} MiB: it holds for small caches only`,
      },
    );
  }
  if (sharing !== undefined) {
    const { tenants, bytesEach, bookkeepingBytesEach, saved } = sharing;
    const apart = tenants * bytesEach;
    const share = (apart - bytesEach - tenants * bookkeepingBytesEach) / apart;
    points.push({
      figure: 'memory saved by caching shared data once',
      published: `over ${percent(saved)}`,
      planned: percent(share),
      agrees: share > saved,
      because: `${tenants} copies less one, less the books of ${tenants} tenants; without the books ${percent((tenants - 1) / tenants)}`,
    });
  }
  return points;
}

function memoryPoints(
  { needs, spec, memory, overcommit }: PlanFigures,
  gib: number | undefined,
): PublishedPoint[] {
  if (gib === undefined) return [];
  const at = (share: number) => mastersGiB(needs, spec.redis.reserve, share);
  const high = at(spec.risk.confidence);
  const enough = needs.filter((need) => need.residentBytes / (1 - spec.redis.reserve) <= gib * GIB);
  const sold = (overcommit?.quotaBytesSold ?? 0) / GIB;
  return [
    {
      figure: 'memory of the masters',
      published: `${gib} GiB`,
      planned: `${(memory.mastersBytes / GIB).toFixed(0)} GiB in the middle, ${high.toFixed(0)} GiB at ${percent(spec.risk.confidence)}`,
      agrees: gib >= memory.mastersBytes / GIB && gib <= 1.5 * high,
      because: `the size of an answer and the skew of the questions are not published; ${gib} GiB is enough in ${percent(enough.length / needs.length)} of worlds`,
    },
    {
      figure: 'quotas against memory',
      published: '40 / 20 / 10 GiB a tenant',
      planned: `${sold.toFixed(0)} GiB sold, ${(sold / gib).toFixed(0)} times the memory`,
      agrees: sold <= gib,
      because:
        'the quotas are ceilings of single tenants: together they bound nothing, so they do not prevent the published cascade (240 GB wanted of 192); quotas near the advised ones would',
    },
  ];
}

function headroomPoint(
  { currentKnee, spec, needs, current }: PlanFigures,
  headroom: number | undefined,
): PublishedPoint[] {
  if (headroom === undefined || currentKnee === undefined || current === undefined) return [];
  // The published headroom is the reserve itself: free memory, everything counted.
  const node = current.masters * current.node.memoryBytes;
  const free = (share: number) =>
    1 -
    quantileOf(
      needs.map((need) => need.residentBytes),
      share,
    ) /
      node;
  return [
    {
      figure: 'memory headroom of what runs today',
      published: percent(headroom),
      planned: `${percent(free(0.5))} in the middle, ${percent(free(spec.risk.confidence))} at ${percent(spec.risk.confidence)}`,
      agrees: free(spec.risk.confidence) >= headroom,
      because: 'the plan keeps the same 25 % as reserve and measures headroom beyond it',
    },
  ];
}

function costPoints(
  { spec, costPerMonth, middle, service }: PlanFigures,
  decision: DecisionCard,
): PublishedPoint[] {
  const { published, currency, team } = spec;
  if (published?.costPerMonth === undefined || costPerMonth === undefined) return [];
  const count = middle.tenants.length;
  const spell = (value: number) => `${Math.round(value).toLocaleString('en-US')} ${currency.code}`;
  const workers = service?.workers ?? 0;
  const left = published.costPerMonth - costPerMonth;
  const points: PublishedPoint[] = [
    {
      figure: 'cost a month',
      published: spell(published.costPerMonth),
      planned: `${spell(costPerMonth)} for the Redis nodes`,
      agrees: costPerMonth <= published.costPerMonth,
      because: `what the published sum holds is not said; beside Redis it leaves ${spell(left)} for the service and the back-end, ${workers > 0 ? `${spell(left / workers)} for each of the ${workers.toLocaleString('en-US')} loads at once that the misses need` : 'of which the spec says nothing'}; people are in neither${team === undefined ? '' : ` (${spell((count / team.tenantsPerEngineer) * team.pricePerEngineerMonth)} at one engineer for ${team.tenantsPerEngineer} tenants)`}`,
    },
  ];
  if (published.costPerTenant !== undefined) {
    points.push({
      figure: 'cost of a tenant, against the published sum',
      published: spell(published.costPerTenant),
      planned: `${spell(published.costPerMonth / count)}; of Redis ${spell(costPerMonth / count)}`,
      agrees: Math.abs(published.costPerTenant * count - published.costPerMonth) < count,
      because: `the published sum over ${count} tenants`,
    });
  }
  points.push({
    figure: 'saving against one cache a tenant',
    published: '60-75 %',
    planned: percent(decision.saving),
    agrees: decision.saving >= 0.6 && decision.saving <= 0.75,
    because:
      'Redis nodes only, at equal prices: the smallest node a tenant can have is far larger than most tenants need',
  });
  return points;
}

function hitPoint(
  { middle, needs, spec }: PlanFigures,
  hitRatio: number | undefined,
): PublishedPoint[] {
  if (hitRatio === undefined) return [];
  const all = needs.map((need) => need.hitRatio);
  const [low, high] = [quantileOf(all, 0.05), quantileOf(all, 0.95)];
  const alpha = Object.values(spec.archetypes)[0]?.zipfAlpha;
  const assumed = typeof alpha === 'object' ? alpha.mid : alpha;
  return [
    {
      figure: 'hit ratio',
      published: percent(hitRatio),
      planned: `${percent(middle.hitRatio)} [${percent(low)}, ${percent(high)}]`,
      agrees: hitRatio >= low && hitRatio <= high,
      because: `it hangs on the skew of the questions (Zipf's exponent ${assumed} assumed) and on the TTLs; the memory bought does not limit it, so it does not rise with the size of the cache`,
    },
  ];
}

function latencyPoints({ tiers, spec }: PlanFigures): PublishedPoint[] {
  return tiers.flatMap((tier) => {
    const stated = spec.published?.p95Ms[tier.tier];
    if (stated === undefined) return [];
    const atDeadline = tier.p95Ms >= tier.deadlineMs;
    return [
      {
        figure: `P95 of ${tier.tier}`,
        published: `${stated} ms`,
        planned: `${tier.p95Ms.toFixed(tier.p95Ms < 10 ? 1 : 0)} ms${atDeadline ? ' (the deadline)' : ''}`,
        agrees: Math.abs(stated - tier.p95Ms) <= 0.1 * stated,
        because: atDeadline
          ? `${percent(1 - tier.hitRatio)} of requests miss and most misses take longer than ${tier.deadlineMs} ms, so P95 is the time-out itself: those requests fail`
          : `fewer than 5 % of requests are slow, so P95 is a hit; with the published back-end times it is either a hit or the time-out, never just below it`,
      },
    ];
  });
}

function deadlinePoint(
  { tiers }: PlanFigures,
  withinDeadline: number | undefined,
): PublishedPoint[] {
  if (withinDeadline === undefined) return [];
  const worst = Math.min(...tiers.map((tier) => tier.withinDeadline));
  return [
    {
      figure: 'requests inside the deadline',
      published: percent(withinDeadline),
      planned: `${percent(worst)} in the worst tier`,
      agrees: worst >= withinDeadline,
      because:
        'a hit ratio of 85 % and misses of 500-3,000 ms cannot give 99.5 % inside 200 ms, whatever is bought: the back-end must be faster, or a late answer must be served from elsewhere',
    },
  ];
}

function mastersGiB(needs: readonly Need[], reserve: number, share: number): number {
  return (
    quantileOf(
      needs.map((need) => need.residentBytes),
      share,
    ) /
    (1 - reserve) /
    GIB
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).replace(/\.0$/, '')} %`;
}
