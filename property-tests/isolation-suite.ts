import { randomBytes, randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Adapter } from './conformance/adapter.ts';
import { type CheckResult, checkAdapter } from './conformance/check-adapter.ts';
import { MINUTES_USUAL, TRIES_USUAL } from './conformance/check-flags.ts';
import { checkAdapterShape } from './conformance/load-adapter.ts';
import { ISOLATION_PROPERTIES } from './conformance/properties/all-properties.ts';
import { tellProperty, whyInvalid } from './conformance/tell-property.ts';

export interface IsolationSuiteOptions {
  /** An empty server to check on; without it one is embedded. */
  readonly redisUrl?: string;
  /** Drawn, and told with each failure, unless given. */
  readonly seed?: number;
  /** Tries of each aspect of a property. */
  readonly tries?: number;
  readonly minutes?: number;
}

/** Gives an embedded server; handed over by the package's entry. */
export type StartSuiteRedis = () => Promise<{ readonly url: string; stop(): Promise<void> }>;

/** Starting a server may mean compiling one, once. */
const START_MS_MAX = 15 * 60_000;
/** Simplifying what was found takes time beyond the limit of the search. */
const AFTERMATH_MS = 60_000;

/** The suite for a package entry that knows how to start a server. */
export function makeIsolationSuite(startRedis: StartSuiteRedis) {
  return function isolationSuite(adapter: Adapter, options: IsolationSuiteOptions = {}): void {
    const { redisUrl, tries = TRIES_USUAL, minutes = MINUTES_USUAL } = options;
    const seed = options.seed ?? randomInt(2 ** 32);
    checkAdapterShape(adapter, 'adapter');

    describe(`isolation of ${adapter.name} (seed ${seed})`, () => {
      let result: CheckResult;
      beforeAll(
        async () => {
          const server =
            redisUrl === undefined ? await startRedis() : { url: redisUrl, stop: async () => {} };
          try {
            result = await checkAdapter(adapter, {
              redisUrl: server.url,
              isOwnServer: redisUrl === undefined,
              ...{ seed, tries, durationMs: minutes * 60_000, showValues: false },
              nonce: `p${randomBytes(4).toString('hex')}w`,
              nowMs: () => performance.now(),
            });
          } finally {
            await server.stop();
          }
        },
        START_MS_MAX + minutes * 60_000 + AFTERMATH_MS,
      );

      for (const { id, states } of ISOLATION_PROPERTIES) {
        test(`${id}: ${states}`, (context) => {
          const property = result.properties.find((one) => one.id === id);
          if (property === undefined) throw new Error(`no result of ${id}`);
          if (property.verdict === 'skipped') context.skip(tellProperty(property));
          expect(property.verdict, tellProperty(property)).toBe('held');
        });
      }

      test('enough was tried to say so', () => {
        expect(whyInvalid(result)).toEqual([]);
      });
    });
  };
}
