import type { Pipeline } from 'k6/x/partywall';
import redis from 'k6/x/redis';

/**
 * `k6/x/partywall` for a k6 that has `k6/x/redis` only: the same requests, one write and one promise
 * each. It costs the generator several times as much.
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
