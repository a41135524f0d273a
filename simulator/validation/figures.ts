/** Answers of one path, or of both. */
export interface Answers {
  readonly count: number;
  readonly meanUs: number;
  readonly p99Us: number;
}

/** What some tenants got within the measured stretch; live or simulated. */
export interface GroupFigures {
  /** `all`, or the name of a tier. */
  readonly group: string;
  readonly requestCount: number;
  readonly answered: Answers;
  readonly hits: Answers;
  readonly loaded: Answers;
  readonly throttledCount: number;
  readonly failedCount: number;
  /** From the beginning of the measured stretch to the end of the load. */
  readonly evictedCount: number;
  readonly expiredCount: number;
}

export interface TenantFigures {
  readonly tenant: string;
  /** Misses over hits and misses. */
  readonly missRatio: number;
  /** At the end. */
  readonly usageBytes: number;
}

/** The figures of one workload. */
export interface RunFigures {
  readonly groups: readonly GroupFigures[];
  readonly tenants: readonly TenantFigures[];
  /** Share of the back-end's workers' time that was busy. */
  readonly backendBusyShare: number;
}

/** Names of the groups: all tenants, then each tier where there are several. */
export function groupsOf(
  tenants: readonly { readonly tier: { readonly name: string } }[],
): string[] {
  const tiers = [...new Set(tenants.map(({ tier }) => tier.name))];
  return tiers.length > 1 ? ['all', ...tiers] : ['all'];
}
