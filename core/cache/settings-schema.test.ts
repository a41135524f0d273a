import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { parseCacheSettings } from './settings-schema.ts';

describe('cache settings', () => {
  it('accept the defaults, and a part of them', () => {
    expect(parseCacheSettings(DEFAULT_SETTINGS)).toEqual({
      kind: 'ok',
      settings: DEFAULT_SETTINGS,
    });
    expect(parseCacheSettings({ lease: true, deadline: undefined })).toEqual({
      kind: 'ok',
      settings: { lease: true },
    });
  });

  it('name every problem at once, each with field, value and what was expected', () => {
    const reading = parseCacheSettings({
      ttlJitter: 2,
      loadsMax: 0,
      onStoreFailure: 'open',
      localShare: 0,
      singleflight: true,
    });
    if (reading.kind === 'ok') throw new Error('accepted');
    expect(reading.problems).toHaveLength(5);
    const text = reading.problems.join('\n');
    expect(text).toMatch(/ttlJitter is 2: .*<=1/);
    expect(text).toMatch(/loadsMax is 0: .*>=1/);
    expect(text).toMatch(/onStoreFailure is "open": .*"fail-open"\|"fail-closed"/);
    expect(text).toMatch(/localShare is 0: .*>0/);
    expect(text).toMatch(/"singleflight"/);
  });

  it('refuse what is no object', () => {
    expect(parseCacheSettings('fast')).toMatchObject({ kind: 'invalid' });
    expect(parseCacheSettings(null)).toMatchObject({ kind: 'invalid' });
  });
});
