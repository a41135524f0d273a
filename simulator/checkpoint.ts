import { deserialize, serialize } from 'node:v8';
import type { Simulation } from './simulation.ts';

type State = Record<string, unknown>;

/**
 * The state of a simulation as bytes: everything in it that is data, functions and options left
 * out. `restore` puts it into a simulation made from the same seed and options, which then goes on
 * as if it had never stopped.
 */
export function capture(simulation: Simulation): Uint8Array {
  return serialize(captureObject(simulation, new Set()));
}

/** @throws Error where the bytes are no state of a simulation of these options */
export function restore(simulation: Simulation, bytes: Uint8Array): void {
  restoreObject(simulation, deserialize(bytes) as State, new Set());
}

/** Immutable, or made from the seed and the options again. */
const LEFT_OUT: readonly string[] = [
  'options',
  'changes',
  'limits',
  'windows',
  'windowFromUs',
  'keyTable',
];

/** An object met twice is written once: both walks take the same way. */
function captureObject(from: object, seen: Set<object>): State {
  seen.add(from);
  const state: State = {};
  for (const [name, value] of Object.entries(from)) {
    if (LEFT_OUT.includes(name) || typeof value === 'function') continue;
    if (typeof value !== 'object' || value === null || value instanceof Map) state[name] = value;
    else if (ArrayBuffer.isView(value)) {
      if (isWhole(value)) state[name] = value;
    } else if (!seen.has(value)) state[name] = captureObject(value, seen);
  }
  return state;
}

function restoreObject(to: object, state: State, seen: Set<object>): void {
  seen.add(to);
  const target = to as State;
  for (const name of Object.keys(state)) {
    const saved = state[name];
    const present = target[name];
    if (present instanceof Map && saved instanceof Map) {
      present.clear();
      for (const [key, value] of saved) present.set(key, value);
    } else if (ArrayBuffer.isView(saved)) {
      target[name] = putArray(present, saved);
    } else if (typeof present === 'object' && present !== null && isState(saved)) {
      restoreObject(present, saved, seen);
    } else {
      target[name] = saved;
    }
  }
}

/** Arrays that others look at too keep their place; one that has grown takes the other's. */
function putArray(present: unknown, saved: ArrayBufferView): unknown {
  const to = present as Float64Array;
  const from = saved as Float64Array;
  // What was read back is a view of all the bytes together: the next capture would leave it out.
  if (!ArrayBuffer.isView(present) || to.length !== from.length) return from.slice();
  to.set(from);
  return to;
}

/** A view of a part of another array is restored with that array. */
function isWhole(view: ArrayBufferView): boolean {
  return view.byteLength === view.buffer.byteLength;
}

function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null && !(value instanceof Map);
}
