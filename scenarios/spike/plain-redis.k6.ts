import exec from 'k6/execution';
import http from 'k6/http';
import type { Loader, Meter, Pipeline } from 'k6/x/partywall';
import redis from 'k6/x/redis';
import { isRejection } from '../../core/cache/prepared-tenant.ts';
import { HIT, NEAR_LIMIT } from '../../core/policy/outcome-code.ts';
import { encodeSample, type SampleOutcome } from './samples.ts';

/**
 * `k6/x/partywall` for a k6 that has `k6/x/redis` only: the same requests, one write and one promise
 * each, timed in the script. It costs the generators several times as much; calibration tells
 * whether the host can bear it.
 */
export function openPipeline(url: string): Pipeline {
  const client = new redis.Client(url);
  return {
    sendEach: (command, at, values) =>
      Promise.all(
        values.map((value) => {
          const words = [...command];
          words[at] = value;
          return Reflect.apply(client.sendCommand, client, words).then(undefined, refused);
        }),
      ),
  };
}

/** A refused command has no reply; a lost connection shows in what the servers counted. */
function refused(): null {
  return null;
}

interface Prepared {
  readonly command: readonly string[];
  readonly at: number;
  readonly sealHead: string;
}

export function openLoader(): Loader {
  return {
    get: async (url, timeout) => {
      const { status, body } = await http.asyncRequest('GET', url, null, { timeout });
      if (status === 200 && typeof body === 'string') return body;
      throw new Error(`the back-end answered ${status}`);
    },
  };
}

export function openMeter(url: string): Meter {
  const client = new redis.Client(url);
  let progress: { readonly currentTestRunDuration: number } | undefined;
  let samples: string[] = [];
  const prepared: Prepared[] = [];
  // `exec.instance` builds a new object at each access, which costs twenty times the reading.
  const clock = () => {
    progress ??= exec.instance;
    return progress.currentTestRunDuration;
  };
  return {
    startedAtMs: () => Date.now() - clock(),
    prepare: (command, at, sealHead) => prepared.push({ command, at, sealHead }) - 1,
    ask: (n, index, key) => {
      const { command, at, sealHead } = prepared[index] as Prepared;
      const startedMs = clock();
      const finish = (outcome: SampleOutcome) => {
        const durationUs = Math.round((clock() - startedMs) * 1000);
        samples.push(
          encodeSample(n, Math.round(startedMs * 1000), Math.max(0, durationUs), outcome),
        );
      };
      const words = [...command];
      words[at] = `${command[at]}${key}`;
      Reflect.apply(client.sendCommand, client, words).then(
        (row: unknown) => finish(read(row, sealHead + key)),
        () => finish('failed'),
      );
    },
    drain: () => {
      const text = samples.join(';');
      samples = [];
      return text;
    },
  };
}

function read(row: unknown, seal: string): SampleOutcome {
  if (isRejection(row)) return 'rejected';
  const [code, , , body] = row as readonly unknown[];
  if ((code as number) % NEAR_LIMIT !== HIT || typeof body !== 'string') return 'failed';
  return body.includes(`\n${seal}\n`) ? 'hit' : 'foreign';
}
