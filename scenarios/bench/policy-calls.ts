import { decideEarlyRefresh } from '../../core/cache/early-refresh.ts';
import { admit } from '../../core/policy/admission.ts';
import type { LookupAsked, PutAsked } from '../../core/policy/asked.ts';
import { isOutdated } from '../../core/policy/fence.ts';
import { lookup } from '../../core/policy/lookup.ts';
import { NO_FENCE, put } from '../../core/policy/put.ts';
import { isEnrolled } from '../../core/policy/rollout.ts';
import { MemorySpace } from '../../core/stores/memory-space.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';

/**
 * Calls a function so many times in a row, each time with other arguments. What comes back depends
 * on every answer, so that no engine leaves a call out. Each has a loop of its own: in a shared one
 * a function would be compiled differently once a second one had been called.
 */
export type Calls = (count: number) => number;

/** What everything is held against: an engine that is half as fast today is so here, too. */
export const YARDSTICK = 'yardstick';

/** The policy's functions by name, as benchmarks call them, in any engine; each on fresh state. */
export const POLICY_CALLS: Readonly<Record<string, () => Calls>> = {
  [YARDSTICK]: () => {
    const text = 'a text of forty letters that never alters';
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) {
        let value = n;
        for (let at = 0; at < text.length; at += 1) {
          value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
        }
        sum += value >>> 31;
      }
      return sum;
    };
  },
  'admission, half admitted': () => {
    const space = new MemorySpace(0);
    const asked = { ...SOME_LOOKUP, key: 'key' };
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) {
        asked.nowUs += 500;
        sum += admit(space, asked);
      }
      return sum;
    };
  },
  'fence, half outdated': () => {
    const space = new MemorySpace(0);
    space.generation = 7;
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) sum += isOutdated(space, 'key', 7 - (n % 2), n) ? 1 : 0;
      return sum;
    };
  },
  rollout: () => {
    const tenants = Array.from({ length: 128 }, (_, n) => `tenant-${n}`);
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) {
        sum += isEnrolled(tenants[n % 128] ?? '', 50, 'salt') ? 1 : 0;
      }
      return sum;
    };
  },
  'early refresh': () => (count) => {
    let sum = 0;
    for (let n = 0; n < count; n += 1) {
      sum += decideEarlyRefresh(n % 500, 20, 1, () => 0.5) ? 1 : 0;
    }
    return sum;
  },
  'lookup, hit': () => {
    const space = spaceOf(ENTRIES);
    const asked = { ...SOME_LOOKUP, burst: 1e9 };
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) {
        asked.key = KEYS[n % ENTRIES] ?? '';
        asked.nowUs += 500;
        answer = lookup(space, asked);
        sum += answer.length;
      }
      return sum;
    };
  },
  'put, known key': () => putting(ENTRIES, 0),
  'put that evicts': () => putting(2 * ENTRIES, ENTRIES),
  'check a tenant id': () => {
    const names = Array.from({ length: 128 }, (_, n) => `tenant-${n}`);
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) sum += parseTenantId(names[n % 128] ?? '').length;
      return sum;
    };
  },
  "spell a tenant's keys": () => {
    const keyspace = makeKeyspace('bench');
    const tenants = Array.from({ length: 128 }, (_, n) => parseTenantId(`tenant-${n}`));
    const [first = parseTenantId('first')] = tenants;
    return (count) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) {
        sum += keyspace.ofTenant(tenants[n % 128] ?? first).state.length;
      }
      return sum;
    };
  },
};

/** Kept, as a caller would: an engine may leave out an array that nobody holds. */
let answer: readonly unknown[] = [];

const ENTRIES = 256;
const KEYS = Array.from({ length: 2 * ENTRIES }, (_, n) => `key-${n}`);
const NOW_MS = 1_764_000_000_000;

/** Half of the requests that come every half millisecond. */
const SOME_LOOKUP: { -readonly [Field in keyof LookupAsked]: LookupAsked[Field] } = {
  key: '',
  ratePerSecond: 1000,
  burst: 2000,
  enforcement: 'enforce',
  cost: 1,
  nowMs: NOW_MS,
  nowUs: 1000 * NOW_MS,
};

const SOME_PUT: { -readonly [Field in keyof PutAsked]: PutAsked[Field] } = {
  key: '',
  ttlMs: 3_600_000,
  chargeBytes: 300,
  quotaBytes: 2 ** 40,
  quotaEntries: 0,
  atQuota: 'evict',
  enforcement: 'enforce',
  fence: NO_FENCE,
  nowMs: NOW_MS,
  nowUs: 1000 * NOW_MS,
};

/** Puts of so many keys in turn, under a limit of entries; 0 for none. */
function putting(keyCount: number, quotaEntries: number): Calls {
  const space = spaceOf(ENTRIES);
  const asked = { ...SOME_PUT, quotaEntries };
  let at = 0;
  return (count) => {
    let sum = 0;
    for (let n = 0; n < count; n += 1) {
      at = (at + 1) % keyCount;
      asked.key = KEYS[at] ?? '';
      asked.nowMs += 1;
      space.pending = PENDING;
      answer = put(space, asked);
      sum += answer.length;
    }
    return sum;
  };
}

const PENDING = { stored: { value: 'value', seal: 'seal', loadMs: 0 }, tags: [] };

function spaceOf(entryCount: number): MemorySpace {
  const space = new MemorySpace(0);
  for (let n = 0; n < entryCount; n += 1) {
    space.pending = PENDING;
    put(space, { ...SOME_PUT, key: KEYS[n] ?? '' });
  }
  return space;
}
