import { vi } from 'vitest';

/** What was written so far. */
export interface Caught {
  stdout: string;
  stderr: string;
}

/** Catches what this process writes from now on, shown to nobody, until all mocks are restored. */
export function catchOutput(): Caught {
  const caught: Caught = { stdout: '', stderr: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
    caught.stdout += text;
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    caught.stderr += text;
    return true;
  });
  return caught;
}
