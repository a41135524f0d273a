import { expect, it } from 'vitest';
import { NODE_PORTS } from './own-core.ts';

it('gives our cache the time of day, by which rates granted for a while end', () => {
  expect(NODE_PORTS.nowMs()).toBeGreaterThan(Date.UTC(2020));
});
