/**
 * What a proxy does to the byte streams of the connections through it, as plain data: the n-th
 * connection accepted has the n-th plan, later ones pass unharmed.
 */
export interface FaultPlan {
  readonly connections: readonly ConnectionPlan[];
}

export interface ConnectionPlan {
  /** On the commands of the client. */
  readonly toServer: readonly Fault[];
  /** On the replies of the server. */
  readonly toClient: readonly Fault[];
}

/**
 * A place in a stream: inside its n-th command or reply, counted from 0, behind that many of its
 * bytes. Byte 0 is between it and the one before; a byte beyond its end is its last.
 */
export interface Place {
  readonly frame: number;
  readonly byte: number;
}

export type Fault =
  /** What follows comes so much later. */
  | { readonly kind: 'delay'; readonly at: Place; readonly delayMs: number }
  /** What follows comes in a packet of its own, a turn of the event loop later. */
  | { readonly kind: 'split'; readonly at: Place }
  /** The connection is reset for both sides, what was under way is lost. */
  | { readonly kind: 'cut'; readonly at: Place }
  /** Nothing more comes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly at: Place }
  /** The whole reply comes twice. No TCP does this; a client that lost count looks so. */
  | { readonly kind: 'duplicate'; readonly at: Place };

export type FaultKind = Fault['kind'];

/** What is to be done with a stream, in order. */
export type Step =
  | { readonly kind: 'pass'; readonly bytes: Buffer }
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'stall' };

/** A fault that took place, and whether in the middle of a command or reply. */
export interface Struck {
  readonly kind: FaultKind;
  readonly inside: boolean;
}

/** A struck fault of a proxy, and in which of a connection's two streams. */
export interface StruckStream extends Struck {
  readonly stream: 'commands' | 'replies';
}
