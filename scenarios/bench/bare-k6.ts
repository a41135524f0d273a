import type { PreparedLine } from 'k6/x/partywall';

/** With what the keys begin that miss. */
export const BARE_MISS_PREFIX = 'bare:';

export interface BareLoad {
  readonly redisUrl: string;
  readonly lines: readonly PreparedLine[];
  readonly hitKeys: readonly string[];
  readonly hitsPerSecond: number;
  readonly missesPerSecond: number;
  readonly missBytes: number;
  readonly durationMs: number;
}

/**
 * The script that a user of k6 would write for the same requests: `k6/x/redis`, an arrival rate,
 * an iteration a request; a miss is loaded over HTTP and put. Nothing is timed but by k6 itself.
 */
export function bareScript(load: BareLoad): string {
  return `import redis from 'k6/x/redis';
import http from 'k6/http';
import exec from 'k6/execution';

const load = ${JSON.stringify(load)};
const client = new redis.Client(load.redisUrl);
const paced = (name, rate) => ({
  executor: 'constant-arrival-rate', exec: name, rate: Math.round(rate), timeUnit: '1s',
  duration: load.durationMs + 'ms', preAllocatedVUs: 60, gracefulStop: '1s',
});
export const options = {
  scenarios: { hits: paced('hits', load.hitsPerSecond), misses: paced('misses', load.missesPerSecond) },
  systemTags: [],
};

function lookup(line, key) {
  const words = line.command.slice();
  words[line.at] += key;
  return client.sendCommand(...words);
}

export async function hits() {
  const n = exec.scenario.iterationInTest;
  await lookup(load.lines[n % load.lines.length], load.hitKeys[n % load.hitKeys.length]);
}

export async function misses() {
  const n = exec.scenario.iterationInTest;
  const line = load.lines[n % load.lines.length];
  const key = ${JSON.stringify(BARE_MISS_PREFIX)} + n;
  const row = await lookup(line, key);
  const { fill } = line;
  const url = fill.url + '&key=' + key + '&bytes=' + load.missBytes;
  const response = await http.asyncRequest('GET', url, null, { timeout: fill.timeoutMs });
  const words = fill.command.slice();
  words[fill.keyAt] += key;
  words[fill.payloadAt] = fill.payloadHead + key + '\\n' + response.body;
  words[fill.fenceAt] = String(row[1]);
  await client.sendCommand(...words);
}
`;
}

/** As many GETs of one key as answers come, by the same module: the simplest script there is. */
export function bareGets(load: { redisUrl: string; vus: number; durationMs: number }): string {
  return `import redis from 'k6/x/redis';

const load = ${JSON.stringify(load)};
const client = new redis.Client(load.redisUrl);
export const options = {
  vus: load.vus, duration: load.durationMs + 'ms', gracefulStop: '1s', systemTags: [],
};
export function setup() {
  return client.set('bare:get', 'v'.repeat(300), 60);
}
export default async function () {
  await client.get('bare:get');
}
`;
}
