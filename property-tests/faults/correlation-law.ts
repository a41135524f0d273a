import fc from 'fast-check';
import type { ClientUnderFaults } from './client-under-faults.ts';
import {
  CALLERS_MAX,
  type CallOutcome,
  type CallPlan,
  findMisplaced,
  keyOf,
  makeCall,
  ownValueOf,
} from './correlation.ts';
import { drawPlan, examplePlans, NATURAL_FAULTS, tellPlan } from './draw-plan.ts';
import { type FaultLaw, type FaultRun, Sightings, search } from './fault-law.ts';
import type { FaultKind, FaultPlan } from './fault-plan.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { RawConnection } from './raw-connection.ts';

export interface CorrelationCase {
  readonly plan: FaultPlan;
  readonly calls: readonly CallPlan[];
}

const call: fc.Arbitrary<CallPlan> = fc.record({
  verb: fc.constantFrom('echo', 'get', 'pipeline', 'transaction'),
  startMs: fc.nat(12),
  giveUpMs: fc.option(fc.nat(12), { nil: null, freq: 2 }),
});

/** Who comes when everything is over: the next user of the connection. */
const LATE: CallPlan = { verb: 'echo', startMs: 0, giveUpMs: null };
const LATE_COUNT = 3;

const WANTED = [
  'a delay',
  'a split',
  'a stall',
  'a cut inside a command',
  'a cut inside a reply',
  'a caller gave up',
  'a new connection',
  'a reply to a later caller',
];

/**
 * P11 and P12 for a client library: whatever happens to a connection, a reply that a caller is
 * given is the reply to its own command, and every call settles.
 *
 * Left out: replies that come twice or bytes that change, which TCP rules out; whether a command
 * that failed took effect (it may have).
 *
 * The smallest history that breaks it: A sends and gives up; B sends on the same connection; the
 * reply to A arrives and B is given it.
 */
export function makeCorrelationLaw(
  client: ClientUnderFaults,
  kinds: readonly FaultKind[] = NATURAL_FAULTS,
): FaultLaw {
  return {
    properties: ['P11', 'P12'],
    name: client.name,
    statement: `${client.name} gives no caller another's reply, and every call settles`,
    run: (options) => run(client, kinds, options),
  };
}

async function run(client: ClientUnderFaults, kinds: readonly FaultKind[], options: FaultRun) {
  await writeValues(options.redisPort);
  const sightings = new Sightings(WANTED);
  const cases = fc.record({
    plan: drawPlan(kinds),
    calls: fc.array(call, { minLength: 1, maxLength: CALLERS_MAX - LATE_COUNT }),
  });
  return search<CorrelationCase>(
    {
      cases,
      examples: exampleCases(kinds),
      laneCount: client.laneCount,
      tell,
      sightings,
      wanted: WANTED,
    },
    (one, proxy) => tryCase(client, proxy, one, sightings),
    options,
  );
}

/** Each kind of fault once in the middle of the commands, and once in that of the replies. */
function exampleCases(kinds: readonly FaultKind[]): CorrelationCase[] {
  const verbs = ['echo', 'get', 'pipeline', 'transaction', 'echo', 'get'] as const;
  const calls = verbs.map((verb, at) => ({ verb, startMs: at, giveUpMs: at === 4 ? 1 : null }));
  return examplePlans(kinds).map((plan) => ({ plan, calls }));
}

async function writeValues(port: number): Promise<void> {
  const direct = await RawConnection.open(port);
  for (let caller = 0; caller < CALLERS_MAX; caller += 1) {
    await direct.call(['SET', keyOf(caller), ownValueOf(caller)]);
  }
  direct.close();
}

async function tryCase(
  under: ClientUnderFaults,
  proxy: FaultProxy,
  { plan, calls }: CorrelationCase,
  sightings: Sightings,
): Promise<void> {
  proxy.arm(plan);
  const client = under.open(proxy.port);
  const all = [...calls];
  try {
    const outcomes = await Promise.all(calls.map((one, caller) => makeCall(client, caller, one)));
    for (let late = 0; late < LATE_COUNT; late += 1) {
      outcomes.push(await makeCall(client, all.length, LATE));
      all.push(LATE);
    }
    note(sightings, proxy, outcomes);
    const misplaced = findMisplaced(all, outcomes);
    if (misplaced !== undefined) throw new Error(misplaced);
  } finally {
    client.close();
  }
}

function note(sightings: Sightings, proxy: FaultProxy, outcomes: readonly CallOutcome[]): void {
  for (const { kind, inside, stream } of proxy.struck) {
    if (kind === 'cut' && inside) {
      sightings.saw(stream === 'commands' ? 'a cut inside a command' : 'a cut inside a reply');
    } else {
      sightings.saw(`a ${kind}`);
    }
  }
  if (proxy.connectionCount > 1) sightings.saw('a new connection');
  if (outcomes.some(({ kind }) => kind === 'gave-up')) sightings.saw('a caller gave up');
  const late = outcomes.slice(-LATE_COUNT);
  if (proxy.struck.length > 0 && late.some(({ kind }) => kind === 'replied')) {
    sightings.saw('a reply to a later caller');
  }
}

function tell({ plan, calls }: CorrelationCase): string[] {
  const told = calls.map(({ verb, startMs, giveUpMs }, caller) => {
    const until = giveUpMs === null ? '' : `, gives up after ${giveUpMs} ms`;
    return `caller ${caller}: ${verb} at ${startMs} ms${until}`;
  });
  return [...tellPlan(plan), ...told, `then ${LATE_COUNT} more callers, one after the other`];
}
