import { describe, expect, it } from 'vitest';
import { chargeOf } from './charge.ts';

describe('what an entry is charged', () => {
  it('is key, stored bytes and overhead where the key is short and there are no tags', () => {
    expect(chargeOf(30, 100, 480, 0, 0)).toBe(610);
  });

  it('counts a long key for both indexes too', () => {
    expect(chargeOf(1032, 100, 480, 0, 0)).toBe(1032 + 100 + 480 + 2500);
  });

  it('counts the key once more for each tag, and the tags for their list and their sets', () => {
    const untagged = chargeOf(30, 100, 480, 0, 0);
    expect(chargeOf(30, 100, 480, 2, 20) - untagged).toBe(2 * 20 + 2 * (30 + 290) + 30);
  });
});
