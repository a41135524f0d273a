import type { TenantUsage } from '../../core/stores/store.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { PoolStats } from '../backend/worker-pool.ts';
import { type HostSample, sampleHost } from '../provision/host-sample.ts';
import type { Deployment } from './deployment.ts';

/** What the servers and the host had counted at one moment. */
export interface Reading {
  /** When the shared side counted, by its own clock, in milliseconds since 1970. */
  readonly atMs: number;
  /** The same of the placebo; `atMs` where there is none. */
  readonly placeboAtMs: number;
  readonly host: HostSample;
  readonly usage: ReadonlyMap<string, TenantUsage>;
  /** The hot tenant on the placebo side. */
  readonly placeboHot: TenantUsage | undefined;
  /** The shared back-end's counts. */
  readonly backend: PoolStats;
  readonly evalshaCalls: number;
  readonly forks: number;
  readonly expiredKeys: number;
  readonly refusedConnections: number;
  /** CPU time of the shared Redis's thread that executes commands; null where it does not tell. */
  readonly mainThreadMs: number | null;
}

/** Who is watched: the neighbours and the hot tenant on the shared side, the latter on both. */
export interface Watched {
  readonly shared: Deployment;
  readonly placebo: Deployment | undefined;
  readonly tenants: readonly string[];
  readonly hot: string;
  readonly pids: Readonly<Record<string, number | null>>;
}

/**
 * Takes a reading; both sides are asked at once, each in one pipeline. The servers say when they
 * counted: on a busy host their answers come milliseconds later, which is a per cent of a window.
 */
export async function takeReading(watched: Watched): Promise<Reading> {
  const { shared, placebo, tenants, hot } = watched;
  const host = sampleHost(watched.pids);
  const usageOf = (side: Deployment, tenant: string) => side.store.readUsage(parseTenantId(tenant));
  const [info, backend, placeboTime, placeboHot, ...usages] = await Promise.all([
    shared.client.info('everything'),
    shared.backend.readStats(),
    placebo?.client.time(),
    placebo ? usageOf(placebo, hot) : undefined,
    ...tenants.map((tenant) => usageOf(shared, tenant)),
  ]);
  const atMs = Number(/^server_time_usec:(\d+)/m.exec(info)?.[1]) / 1000;
  return {
    atMs,
    placeboAtMs: placeboTime === undefined ? atMs : toMs(placeboTime),
    host,
    usage: new Map(tenants.map((tenant, i) => [tenant, usages[i] as TenantUsage])),
    placeboHot,
    backend,
    ...parseInfo(info),
  };
}

/** TIME's answer: seconds, and microseconds beyond them. */
function toMs([seconds, microseconds]: readonly (string | number)[]): number {
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

function parseInfo(info: string) {
  const evalsha = /cmdstat_evalsha:calls=(\d+)/.exec(info);
  const field = (name: string) => new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1];
  const counter = (name: string) => Number(field(name) ?? 0);
  const userS = field('used_cpu_user_main_thread');
  return {
    evalshaCalls: Number(evalsha?.[1] ?? 0),
    forks: counter('total_forks'),
    expiredKeys: counter('expired_keys'),
    refusedConnections: counter('rejected_connections'),
    mainThreadMs:
      userS === undefined ? null : 1000 * (Number(userS) + counter('used_cpu_sys_main_thread')),
  };
}
