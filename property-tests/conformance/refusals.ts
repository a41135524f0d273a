import { describeThrown } from './adapter-fault.ts';
import { displayName } from './redis-inspector.ts';

/** An input that the cache would not take, and how often the like of it came. */
export interface Refusal {
  readonly operation: string;
  /** The first such input: the tenant and, where there is one, the key. */
  readonly tenant: string;
  readonly key?: string;
  readonly message: string;
  count: number;
}

const KINDS_MAX = 20;
const MESSAGE_MAX = 100;

/** Lists what was refused, one example for each kind of refusal. */
export class Refusals {
  private readonly kinds = new Map<string, Refusal>();
  /** Refusals of further kinds, which are counted only. */
  otherCount = 0;

  note(operation: string, tenant: string, input: unknown, error: unknown): void {
    const key = typeof input === 'string' ? { key: displayName(input) } : {};
    const said = describeThrown(error);
    const message = displayName(said).slice(0, MESSAGE_MAX);
    // Messages quote the input, which differs each time and may be cut.
    const kind = `${operation} ${said.replace(/["'`].*["'`]|["'`].*$|\d+/g, '')}`.slice(0, 60);
    const known = this.kinds.get(kind);
    if (known !== undefined) known.count += 1;
    else if (this.kinds.size >= KINDS_MAX) this.otherCount += 1;
    else
      this.kinds.set(kind, { operation, tenant: displayName(tenant), ...key, message, count: 1 });
  }

  list(): readonly Refusal[] {
    return [...this.kinds.values()];
  }
}
