import type { Store } from '../../core/stores/store.ts';
import { storeAround } from './store-around.ts';

/** What happens to one call on its way. */
export type Fate = 'none' | 'cancelled before send' | 'timed out' | 'disconnected';

/** The way of a call, as whoever schedules a trial decides it. */
export interface Line {
  /** Of the next call. */
  readonly nextFate: () => Fate;
  /** Waits for its turn; whoever schedules decides when that is. */
  readonly pause: (label: string) => Promise<void>;
  readonly makeError: (code: 'time-out' | 'connection') => Error;
}

/** Puts a connection between a store and its user. */
export type Wire = (store: Store, line: Line) => Store;

/** How a client library can go wrong; ours are both right. */
export interface WireFaults {
  /** A call that was given up takes its place in the row of replies with it. */
  readonly forgetsTimedOut?: boolean;
  /** Calls of the connection before still wait in the row after a reconnect. */
  readonly keepsRowOnReconnect?: boolean;
}

interface Slot {
  readonly settle: (reply: Reply) => void;
  isAbandoned: boolean;
}

type Reply = { readonly value: unknown } | { readonly error: unknown };

/**
 * One connection shared by all callers, as a client library keeps it: RESP pairs replies with
 * commands by position only. A call that is given up keeps its place, so that its late reply is
 * dropped and nobody else's; a lost connection fails whoever waits and starts an empty row.
 */
export function makeWire(faults: WireFaults = {}): Wire {
  return (store, line) => {
    let row: Slot[] = [];
    let epoch = 0;
    let server: Promise<unknown> = Promise.resolve();

    function reply(of: number, answer: Reply): void {
      if (of !== epoch) return;
      const slot = row.shift();
      if (slot !== undefined && !slot.isAbandoned) slot.settle(answer);
    }

    function disconnect(): void {
      epoch += 1;
      if (faults.keepsRowOnReconnect) return;
      const lost = row;
      row = [];
      for (const slot of lost) slot.settle({ error: line.makeError('connection') });
    }

    async function giveUp(slot: Slot): Promise<void> {
      await line.pause('the caller gives up');
      slot.isAbandoned = true;
      if (faults.forgetsTimedOut) row = row.filter((other) => other !== slot);
      slot.settle({ error: line.makeError('time-out') });
    }

    return storeAround(store, async (_verb, _tenant, run) => {
      const fate = line.nextFate();
      if (fate === 'cancelled before send') throw line.makeError('time-out');
      return new Promise((resolve, reject) => {
        const slot: Slot = {
          isAbandoned: false,
          settle: (answer) => {
            if ('error' in answer) reject(answer.error);
            else resolve(answer.value as never);
          },
        };
        row.push(slot);
        const sentIn = epoch;
        server = server
          .then(() => line.pause('the server executes'))
          .then(run)
          .then(
            (value) => reply(sentIn, { value }),
            (error: unknown) => reply(sentIn, { error }),
          );
        if (fate === 'timed out') giveUp(slot).catch(reject);
        if (fate === 'disconnected') {
          line.pause('the connection is lost').then(disconnect, reject);
        }
      });
    });
  };
}
