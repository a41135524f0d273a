import { describe, expect, it } from 'vitest';
import { buildScripts } from './build.ts';
import { SCRIPTS } from './scripts.generated.ts';

describe('the scripts', () => {
  const scripts = buildScripts();

  it('are what was built last: run `npm run build:lua` otherwise', () => {
    const generated = Object.values(SCRIPTS).map(({ name, sha1 }) => [name, sha1]);
    expect(generated).toEqual(scripts.map(({ name, sha1 }) => [name, sha1]));
  });

  it('declare their flags, call nothing that Redis lacks, and walk no shared keyspace', () => {
    for (const { name, source } of scripts) {
      expect(source, name).toMatch(/^#!lua( flags=[a-z-]+)?\n/);
      expect(source, name).not.toMatch(/__TS__|____exports|require|setmetatable/);
      expect(source, name).not.toMatch(/"(KEYS|SCAN|FLUSHDB|FLUSHALL|RANDOMKEY|DBSIZE)"/);
    }
  });

  it('create no closure on the way of a lookup', () => {
    expect(scripts.find(({ name }) => name === 'lookup')?.source).not.toMatch(/\bfunction\b/);
  });
});
