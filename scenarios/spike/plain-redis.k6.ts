import exec from 'k6/execution';
import http from 'k6/http';
import type { Meter, Pipeline, PreparedLine, Sender } from 'k6/x/partywall';
import redis from 'k6/x/redis';
import { HIT, MISS, NEAR_LIMIT, REJECTED } from '../../core/policy/outcome-code.ts';
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
        values.map((value) =>
          call(client, replaceWord(command, at, value)).then(undefined, refused),
        ),
      ),
  };
}

/** `Reflect.apply` instead of a spread, which k6's engine takes ten times as long for. */
function call(client: InstanceType<typeof redis.Client>, words: string[]): Promise<unknown> {
  return Reflect.apply(client.sendCommand, client, words);
}

function replaceWord(command: readonly string[], at: number, word: string): string[] {
  const words = [...command];
  words[at] = word;
  return words;
}

/** A refused command has no reply; a lost connection shows in what the servers counted. */
function refused(): null {
  return null;
}

interface OpenLine extends PreparedLine {
  deniedUntilMs: number;
  deniedCount: number;
}

/** Looks a key up and, where sizes say so, fills its miss. */
async function play(
  client: InstanceType<typeof redis.Client>,
  line: OpenLine,
  key: string,
  bytes: number,
): Promise<SampleOutcome> {
  const { command, at, sealHead, fill } = line;
  const row = (await call(client, replaceWord(command, at, `${command[at]}${key}`))) as unknown[];
  const [code, detail, , body] = row;
  if (code === REJECTED) {
    if (line.hasDenyList) line.deniedUntilMs = Date.now() + Number(detail);
    return 'rejected';
  }
  const kind = (code as number) % NEAR_LIMIT;
  if (kind === HIT && typeof body === 'string') {
    return body.includes(`\n${sealHead}${key}\n`) ? 'hit' : 'foreign';
  }
  if (kind !== MISS || bytes === 0) return 'failed';
  const timeout = fill.timeoutMs;
  const response = await http.asyncRequest(
    'GET',
    `${fill.url}&key=${encodeURIComponent(key)}&bytes=${bytes}`,
    null,
    { timeout },
  );
  if (response.status !== 200 || typeof response.body !== 'string') return 'failed';
  const words = [...fill.command];
  words[fill.keyAt] += key;
  words[fill.payloadAt] = `${fill.payloadHead}${key}\n${response.body}`;
  words[fill.fenceAt] = String(detail);
  await call(client, words);
  return 'loaded';
}

export function openSender(url: string): Sender {
  const client = new redis.Client(url);
  const lines: OpenLine[] = [];
  const sendNow = (line: OpenLine, key: string, bytes: number, isCounted: boolean) => {
    if (Date.now() < line.deniedUntilMs) {
      if (isCounted) line.deniedCount += 1;
      return;
    }
    play(client, line, key, bytes).then(undefined, refused);
  };
  return {
    prepare: (line) => lines.push({ ...line, deniedUntilMs: 0, deniedCount: 0 }) - 1,
    send: (index, keys, bytes, dueAtMs, isCounted) => {
      const line = lines[index] as OpenLine;
      const sendAll = () => {
        keys.forEach((key, at) => {
          sendNow(line, key, bytes[at] ?? 0, isCounted);
        });
      };
      setTimeout(sendAll, dueAtMs - Date.now());
      return 0;
    },
    takeDenied: (index) => {
      const line = lines[index] as OpenLine;
      const count = line.deniedCount;
      line.deniedCount = 0;
      return count;
    },
  };
}

export function openMeter(url: string): Meter {
  const client = new redis.Client(url);
  const lines: OpenLine[] = [];
  let progress: { readonly currentTestRunDuration: number } | undefined;
  let samples: { isMiss: boolean; text: string }[] = [];
  // `exec.instance` builds a new object at each access, which costs twenty times the reading.
  const clock = () => {
    progress ??= exec.instance;
    return progress.currentTestRunDuration;
  };
  const ask = (n: number, line: OpenLine, key: string, bytes: number) => {
    const startedMs = clock();
    const finish = (outcome: SampleOutcome) => {
      const durationUs = Math.max(0, Math.round((clock() - startedMs) * 1000));
      const text = encodeSample(n, Math.round(startedMs * 1000), durationUs, outcome);
      samples.push({ isMiss: bytes > 0, text });
    };
    play(client, line, key, bytes).then(finish, () => finish('failed'));
  };
  return {
    startedAtMs: () => Date.now() - clock(),
    prepare: (line) => lines.push({ ...line, deniedUntilMs: 0, deniedCount: 0 }) - 1,
    ask: (n, index, key, bytes, dueAtMs) => {
      setTimeout(() => ask(n, lines[index] as OpenLine, key, bytes), dueAtMs - Date.now());
    },
    drain: (ofMisses) => {
      const wanted = samples.filter(({ isMiss }) => isMiss === ofMisses);
      samples = samples.filter(({ isMiss }) => isMiss !== ofMisses);
      return wanted.map(({ text }) => text).join(';');
    },
  };
}
