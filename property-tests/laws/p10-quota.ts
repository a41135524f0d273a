import { Expected, inOrderOfEnd } from './checkers.ts';
import type { Happened } from './history.ts';
import { type House, TIGHT } from './house.ts';
import { demand, demandSame, type Law, type Trial } from './law.ts';
import { play } from './play.ts';
import { shown, type TraceCase, tellTrace, tenantLetter, traces } from './trace.ts';

/**
 * P10: the bytes and the admitted requests of a tenant stay within its tier, whatever it does; its
 * evictions take nobody else's entries; and its requests, rejected or not, spend nobody else's
 * tokens: each tenant is admitted exactly when a token bucket of its own says so.
 *
 * Left out: temporary rates and shadow mode, which let more through on purpose; the local tier, whose
 * hits cost no tokens.
 *
 * Breaks in: u puts "k"; t puts until its quota evicts; u gets "k" and misses.
 */
export const QUOTA: Law<TraceCase> = {
  property: 'P10',
  name: 'quota',
  statement: "a tenant stays within its tier and takes nothing of another's",
  usesStore: true,
  covers: ['evictions', 'rejections', 'admissions at the limit', "neighbour's entries looked at"],

  cases: (core) =>
    traces(core, {
      acts: { get: 10, batch: 2, put: 12, load: 2, usage: 2 },
      localTier: false,
      stepsMax: 24,
    }),

  async check(trace, trial) {
    const { coverage } = trial;
    const played = await play(trial, trace, {}, async ({ store, contexts, time }) => {
      for (const [who, { tenant, quota }] of contexts.entries()) {
        const { usageBytes } = await store.readUsage(tenant, time.nowMs);
        demand(
          usageBytes <= quota.quotaBytes,
          () => `${tenantLetter(who)} holds ${usageBytes} bytes of ${quota.quotaBytes}`,
        );
      }
    });
    if (played === undefined) return;
    for (const who of [0, 1] as const) {
      const own = played.history.filter((event) => event.who === who);
      if (trace.tiers[who] === 'tight') checkAdmission(own, trial);
      else {
        checkNeverRejected(own);
        await checkKept(own, played.house, trial);
      }
    }
    for (const { seen } of played.history) {
      if (Number(seen['evictedCount']) > 0 && seen.kind === 'stored') coverage.count('evictions');
    }
  },

  tell: tellTrace,
};

const MICROTOKENS = 1_000_000;

/** A token bucket, as plain as can be, beside what the tenant was told. */
function checkAdmission(own: readonly Happened[], { coverage }: Trial): void {
  let tokens: number = TIGHT.burst * MICROTOKENS;
  let filledAtMs: number | undefined;
  const requests = own.filter(({ verb }) => verb === 'get' || verb === 'load');
  for (const { startedAtMs, seen, step, who } of requests) {
    const elapsedMs = filledAtMs === undefined ? 0 : startedAtMs - filledAtMs;
    filledAtMs = startedAtMs;
    const filled = tokens + elapsedMs * TIGHT.ratePerSecond * 1000;
    tokens = Math.min(TIGHT.burst * MICROTOKENS, filled);
    const isAdmitted = tokens >= MICROTOKENS;
    if (isAdmitted) tokens -= MICROTOKENS;
    coverage.count(isAdmitted ? 'admissions' : 'rejections');
    if (isAdmitted && tokens < MICROTOKENS) coverage.count('admissions at the limit');
    demandSame(
      seen.kind !== 'rejected',
      isAdmitted,
      () => `step ${step + 1}: whether ${tenantLetter(who)} is admitted`,
    );
  }
}

/** Whoever stays far below its rate is always admitted. */
function checkNeverRejected(own: readonly Happened[]): void {
  for (const { seen, step, who } of own) {
    demand(seen.kind !== 'rejected', () => `step ${step + 1}: ${tenantLetter(who)} is rejected`);
  }
}

/** Whoever has room keeps all that it wrote. */
async function checkKept(
  own: readonly Happened[],
  { store, contexts, time }: House,
  { coverage }: Trial,
): Promise<void> {
  const expected = new Expected();
  for (const event of inOrderOfEnd(own)) expected.apply(event);
  const who = own[0]?.who;
  if (who === undefined) return;
  const listed = (await store.listKeys(contexts[who].tenant, time.nowMs)).sort();
  for (const key of expected.keys(time.nowMs)) {
    coverage.count("neighbour's entries looked at");
    demand(listed.includes(key), () => `${tenantLetter(who)} has lost ${shown(key)}`);
  }
}
