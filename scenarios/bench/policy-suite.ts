import { decideEarlyRefresh } from '../../core/cache/early-refresh.ts';
import { admit } from '../../core/policy/admission.ts';
import { isOutdated } from '../../core/policy/fence.ts';
import { isEnrolled } from '../../core/policy/rollout.ts';
import type { TenantSpace } from '../../core/policy/tenant-space.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { Benchmark, Suite } from './benchmark.ts';
import { timePerPlainCallUs } from './load.ts';

const CALLS = 200_000;

/** The decisions alone, as Node runs them: no store, no client. */
export function policySuite(): Suite {
  return { name: 'policy', benchmarks: [decisions(), names()], tools: {}, close: async () => {} };
}

function decisions(): Benchmark {
  const space = {
    levelMicrotokens: 0,
    leveledAtUs: 0,
    generation: 7,
    fenceFloor: 0,
    fencedUntilMs: 0,
  } as TenantSpace;
  const asked = {
    key: 'key',
    ratePerSecond: 1000,
    burst: 2000,
    enforcement: 'enforce',
    cost: 1,
    nowMs: 0,
  };
  return {
    name: 'decisions',
    unit: 'us',
    better: 'lower',
    contenders: [
      timed('empty function', (n) => n),
      timed('admission, half admitted', (n) => admit(space, { ...asked, nowUs: n * 500 })),
      timed('fence', (n) => (isOutdated(space, 'key', 7 - (n % 2), n) ? 1 : 0)),
      timed('early refresh', (n) => (decideEarlyRefresh(n % 500, 20, 1, () => 0.5) ? 1 : 0)),
      timed('rollout', (n) => (isEnrolled(`tenant-${n % 100}`, 50, 'salt') ? 1 : 0)),
    ],
    limits: [],
  };
}

function names(): Benchmark {
  const keyspace = makeKeyspace('bench');
  const tenants = Array.from({ length: 100 }, (_, n) => parseTenantId(`tenant-${n}`));
  const first = parseTenantId('first');
  return {
    name: 'names',
    unit: 'us',
    better: 'lower',
    contenders: [
      timed('empty function', (n) => n),
      timed('check a tenant id', (n) => parseTenantId(`tenant-${n % 100}`).length),
      timed(
        "spell a tenant's keys",
        (n) => keyspace.ofTenant(tenants[n % 100] ?? first).state.length,
      ),
    ],
    limits: [],
  };
}

function timed(name: string, call: (n: number) => number) {
  return { name, measure: async () => timePerPlainCallUs(CALLS, call) };
}
