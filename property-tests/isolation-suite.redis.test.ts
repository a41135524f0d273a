import { startTestServer } from '../core/stores/redis-server.fixture.ts';
import { makeToy } from './conformance/toy-cache.fixture.ts';
import { makeIsolationSuite } from './isolation-suite.ts';

const isolationSuite = makeIsolationSuite(async () => {
  const { port, stop } = await startTestServer();
  return { url: `redis://127.0.0.1:${port}`, stop };
});

// The suite is its own test: a right cache is held, with one test for each property.
isolationSuite(makeToy(), { seed: 7, tries: 48 });
