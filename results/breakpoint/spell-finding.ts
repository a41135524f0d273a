import type { Finding } from './breakpoint-schema.ts';

/** `21`, `3.4`: two digits are more than an interval of 19 % can bear. */
export function formatTimes(times: number): string {
  return times < 10 ? String(Number(times.toFixed(1))) : String(Math.round(times));
}

/** How far isolation reaches in one setting, in a sentence without a full stop. */
export function describeFinding(finding: Finding): string {
  const { gaveWay, limit } = finding;
  const because = gaveWay
    ? `; ${nameOf(gaveWay.resource)} gave way: ${gaveWay.why}`
    : limit
      ? `; ${limit.why}`
      : '';
  return `${describeReach(finding)}${because}`;
}

export function describeReach(finding: Finding): string {
  const { heldTimes, brokeTimes, estimateTimes, seemsHeldTimes, seemsBrokenTimes } = finding;
  const rate = (times: number | null) => `${formatTimes(times ?? 0)} times the ordinary rate`;
  if (heldTimes !== null && brokeTimes !== null) {
    const shown = `${formatTimes(heldTimes)} shown to hold, ${formatTimes(brokeTimes)} to break`;
    return `holds up to about ${rate(estimateTimes)} (${shown})`;
  }
  if (heldTimes !== null) {
    const seems = `; it seems to break at about ${formatTimes(estimateTimes ?? 0)}, which is not shown`;
    return `holds at least up to ${rate(heldTimes)}${seemsBrokenTimes === null ? '' : seems}`;
  }
  if (brokeTimes === null) return 'is not shown to hold or to break at any rate';
  return seemsHeldTimes === null && brokeTimes === seemsBrokenTimes
    ? `breaks at ${rate(brokeTimes)}, the lowest tried`
    : `breaks from ${rate(brokeTimes)} on; none is shown to hold`;
}

export function nameOf(resource: NonNullable<Finding['gaveWay']>['resource']): string {
  switch (resource) {
    case 'back-end':
      return 'the back-end';
    case 'redis':
      return 'Redis';
    case 'connections':
      return 'connections';
  }
}
