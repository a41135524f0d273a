import fc from 'fast-check';
import type { ConnectionPlan, Fault, FaultKind, FaultPlan, Place } from './fault-plan.ts';

/** Commands of a case, handshake included: places beyond are never reached. */
const FRAMES_MAX = 24;
/** Longer than most commands and replies of a case: the rest lands on their last byte. */
const BYTES_MAX = 48;

const place: fc.Arbitrary<Place> = fc.record({
  frame: fc.nat(FRAMES_MAX),
  byte: fc.oneof(fc.constant(0), fc.nat(BYTES_MAX)),
});

/** Milliseconds: some shorter than a command's time-out, some longer. */
const delayMs = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 15 }) },
  { weight: 1, arbitrary: fc.constant(50) },
);

const FAULTS: Readonly<Record<FaultKind, fc.Arbitrary<Fault>>> = {
  delay: fc.record({ kind: fc.constant('delay' as const), at: place, delayMs }),
  split: fc.record({ kind: fc.constant('split' as const), at: place }),
  cut: fc.record({ kind: fc.constant('cut' as const), at: place }),
  stall: fc.record({ kind: fc.constant('stall' as const), at: place }),
  duplicate: fc.record({ kind: fc.constant('duplicate' as const), at: place }),
};

/** What may happen to a connection in the world. */
export const NATURAL_FAULTS: readonly FaultKind[] = ['delay', 'split', 'cut', 'stall'];

/** Plans for the first connections of a case, of these kinds of faults. */
export function drawPlan(kinds: readonly FaultKind[]): fc.Arbitrary<FaultPlan> {
  const onReplies = fc.array(fc.oneof(...kinds.map((kind) => FAULTS[kind])), { maxLength: 4 });
  const natural = kinds.filter((kind) => kind !== 'duplicate');
  const onCommands = fc.array(fc.oneof(...natural.map((kind) => FAULTS[kind])), { maxLength: 2 });
  const connection: fc.Arbitrary<ConnectionPlan> = fc.record({
    toServer: onCommands,
    toClient: onReplies,
  });
  return fc.record({ connections: fc.array(connection, { minLength: 1, maxLength: 3 }) });
}

/** One plan a kind of fault and stream, each with its fault inside the third command or reply. */
export function examplePlans(kinds: readonly FaultKind[]): FaultPlan[] {
  return kinds.flatMap((kind) => {
    const at = { frame: 2, byte: 4 };
    const fault: Fault = kind === 'delay' ? { kind, at, delayMs: 5 } : { kind, at };
    const onReplies = { toServer: [], toClient: [fault] };
    const onCommands = { toServer: [fault], toClient: [] };
    const connections = kind === 'duplicate' ? [onReplies] : [onReplies, onCommands];
    return connections.map((one) => ({ connections: [one, one] }));
  });
}

/** A plan as lines to be read. */
export function tellPlan(plan: FaultPlan): string[] {
  return plan.connections.flatMap(({ toServer, toClient }, at) => [
    ...toServer.map((fault) => `connection ${at}, commands: ${tellFault(fault)}`),
    ...toClient.map((fault) => `connection ${at}, replies: ${tellFault(fault)}`),
  ]);
}

function tellFault(fault: Fault): string {
  const { frame, byte } = fault.at;
  const how = fault.kind === 'delay' ? `delay of ${fault.delayMs} ms` : fault.kind;
  return `${how} at number ${frame}, byte ${byte}`;
}
