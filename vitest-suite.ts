import { makeIsolationSuite } from './property-tests/isolation-suite.ts';
import { startRedis } from './scenarios/provision/redis.ts';

export type {
  Adapter,
  CacheUnderTest,
  TenantHandle,
} from './property-tests/conformance/adapter.ts';
export type { IsolationSuiteOptions } from './property-tests/isolation-suite.ts';

/** Checks a cache in the user's own test run: one test for each property of isolation. */
export const isolationSuite = makeIsolationSuite(() => startRedis({ name: 'isolation suite' }));
