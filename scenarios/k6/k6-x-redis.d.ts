/**
 * `k6/x/redis` (grafana/xk6-redis 0.3), as far as it is used; the extension ships no types. Read in
 * its source: one client is one pool a virtual user, connected at the first command, never in the
 * init context; `sendCommand` takes strings, numbers and booleans only; a missing value or a Lua
 * `false` or `nil` rejects with "redis: nil".
 */
declare module 'k6/x/redis' {
  export interface SocketOptions {
    readonly host: string;
    readonly port?: number;
    /** Documented in seconds, taken as milliseconds. */
    readonly dialTimeout?: number;
    readonly readTimeout?: number;
    readonly writeTimeout?: number;
    /** Connections of one client. */
    readonly poolSize?: number;
    readonly poolTimeout?: number;
    readonly minIdleConns?: number;
    readonly maxIdleTime?: number;
  }

  export interface Options {
    readonly socket: SocketOptions;
    readonly username?: string;
    readonly password?: string;
    readonly database?: number;
    /** -1 for none. Left out or 0 means 3, which hides errors and writes twice. */
    readonly maxRetries?: number;
  }

  export class Client {
    constructor(options: string | Options);
    sendCommand(command: string, ...words: (string | number | boolean)[]): Promise<unknown>;
  }

  const redis: { Client: typeof Client };
  export default redis;
}
