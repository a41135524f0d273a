import { counted } from '../../../results/counted.ts';
import type { Plan } from '../plan.ts';
import { gib, group, percent, say } from './spell.ts';

/** Five lines for somebody who reads no further: buy, today, promise, date, certainty. */
export function summaryLines(plan: Plan): readonly string[] {
  return [buyLine(plan), edgeLine(plan), promiseLine(plan), dateLine(plan), certaintyLine(plan)];
}

function buyLine({ recommended, costPerMonth, spec, middle, choice }: Plan): string {
  if (recommended === undefined || costPerMonth === undefined) {
    const reason = choice.rejected[0]?.rejectedBecause ?? 'no shape is allowed';
    return `Buy: no allowed cluster keeps the promise (${reason}).`;
  }
  const { option } = recommended;
  const nodes = option.masters * (1 + option.replicas);
  const per = group(costPerMonth / middle.tenants.length);
  return `Buy ${counted(option.masters, 'master')} and ${counted(option.masters * option.replicas, 'replica')} of ${option.shape.name} (${counted(nodes, 'node')}): ${group(costPerMonth)} ${spec.currency.code} a month, ${per} a tenant.`;
}

function edgeLine({ current, currentKnee, cluster, knee }: Plan): string {
  const report = currentKnee ?? knee;
  const what = currentKnee ? `Today's ${current?.name}` : `The advised ${cluster?.name}`;
  if (report === undefined) return 'Headroom: unknown, no cluster to measure against.';
  return `${what}: headroom ${say(percent(report.headroom, 0))} % in the middle case, ${report.bottleneck} first; knee at ${group(report.kneeLookupsPerSecond)} lookups/s, load ${group(report.lookupsPerSecond)}.`;
}

function promiseLine({ tiers, middle }: Plan): string {
  const broken = tiers.filter((tier) => !tier.isKept);
  const hits = `hit ratio ${say(percent(middle.hitRatio))} %`;
  if (broken.length === 0) return `Every tier keeps its promise; ${hits}.`;
  const reasons = broken.map(({ tier, brokenBecause }) => `${tier} (${brokenBecause})`);
  return `Broken promises that no cache can mend: ${reasons.join('; ')}; ${hits}.`;
}

function dateLine({ forecast, current, cluster }: Plan): string {
  const what = cluster?.name ?? current?.name ?? 'no cluster';
  if (forecast === undefined) return 'Exhaustion: unknown.';
  const { dateP5, dateP50, dateP95, horizonMonths } = forecast;
  if (dateP50 === null) return `${what} lasts beyond ${horizonMonths} months in most worlds.`;
  return `${what} is full by ${dateP50} (from ${dateP5 ?? 'never'} to ${dateP95 ?? `beyond ${horizonMonths} months`}, 90 % of worlds).`;
}

function certaintyLine({ recommended, worldCount, memory, needs, spec }: Plan): string {
  const worlds = needs.map(
    (need) => (need.residentBytes + memory.processBytes) / (1 - spec.redis.reserve),
  );
  const sorted = [...worlds].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const keeps = recommended ? say(percent(recommended.keepsProbability, 0)) : '0';
  return `How sure: enough in ${keeps} % of ${worldCount} worlds; masters need ${say(gib(memory.mastersBytes))} GiB in the middle, ${say(gib(at(0.05)))} to ${say(gib(at(0.95)))} GiB in 90 % of them.`;
}
