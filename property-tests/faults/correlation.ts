import type { OpenClient } from './client-under-faults.ts';
import { pause, STUCK, settleOrStick } from './settle.ts';

/** One caller, and what it asks for; every caller is a tenant of its own. */
export interface CallPlan {
  readonly verb: 'echo' | 'get' | 'pipeline' | 'transaction';
  /** After the case began, in milliseconds. */
  readonly startMs: number;
  /** After its start, in milliseconds; null: it waits for as long as the client does. */
  readonly giveUpMs: number | null;
}

/** What a caller came away with. */
export type CallOutcome =
  | { readonly kind: 'replied'; readonly replies: readonly unknown[] }
  | { readonly kind: 'failed' }
  | { readonly kind: 'gave-up' }
  | { readonly kind: 'stuck' };

/** Callers that a case may have; each has a key of its own on the server. */
export const CALLERS_MAX = 16;

export function keyOf(caller: number): string {
  return `faults:caller:${caller}`;
}

export function ownValueOf(caller: number): string {
  return `value of caller ${caller}`;
}

/** The only replies that are this caller's. */
export function expectedOf(caller: number, { verb }: CallPlan): string[] {
  if (verb === 'get') return [ownValueOf(caller)];
  return verb === 'echo' ? [tokenOf(caller, 0)] : [0, 1, 2].map((at) => tokenOf(caller, at));
}

function tokenOf(caller: number, at: number): string {
  return `<${caller}.${at}>`;
}

/** Makes the call when its time has come; settles whatever becomes of the connection. */
export async function makeCall(
  client: OpenClient,
  caller: number,
  plan: CallPlan,
): Promise<CallOutcome> {
  await pause(plan.startMs);
  const giveUp = new AbortController();
  const work = send(client, caller, plan, giveUp.signal).then(
    (replies): CallOutcome => ({ kind: 'replied', replies }),
    (): CallOutcome => ({ kind: 'failed' }),
  );
  const { giveUpMs } = plan;
  if (giveUpMs === null) return orStuck(work);
  const gaveUp = pause(giveUpMs).then((): CallOutcome => {
    giveUp.abort();
    return { kind: 'gave-up' };
  });
  return orStuck(Promise.race([work, gaveUp]));
}

async function orStuck(work: Promise<CallOutcome>): Promise<CallOutcome> {
  const outcome = await settleOrStick(work);
  return outcome === STUCK ? { kind: 'stuck' } : outcome;
}

async function send(
  client: OpenClient,
  caller: number,
  plan: CallPlan,
  giveUp: AbortSignal,
): Promise<readonly unknown[]> {
  const texts = expectedOf(caller, plan);
  switch (plan.verb) {
    case 'echo':
      return [await client.echo(texts[0] ?? '', giveUp)];
    case 'get':
      return [await client.get(keyOf(caller), giveUp)];
    case 'pipeline':
      return client.pipeline(texts, giveUp);
    case 'transaction':
      return client.transaction(texts, giveUp);
  }
}

/**
 * What of the outcomes nobody may see: a reply that is not the caller's own, at its own place, or a
 * call that never settles. Errors are fine, one by one or altogether. Undefined if all is well.
 */
export function findMisplaced(
  calls: readonly CallPlan[],
  outcomes: readonly CallOutcome[],
): string | undefined {
  for (const [caller, outcome] of outcomes.entries()) {
    const call = calls[caller];
    if (call === undefined) return `an outcome for caller ${caller}, who never called`;
    if (outcome.kind === 'stuck') return `caller ${caller} (${call.verb}) waits for ever`;
    if (outcome.kind !== 'replied') continue;
    const expected = expectedOf(caller, call);
    const isOwn = (reply: unknown, at: number) =>
      reply instanceof Error || String(reply) === expected[at];
    if (outcome.replies.length !== expected.length || !outcome.replies.every(isOwn)) {
      const [got, own] = [JSON.stringify(outcome.replies), JSON.stringify(expected)];
      return `caller ${caller} (${call.verb}) was given ${got}, its own are ${own}`;
    }
  }
  return undefined;
}
