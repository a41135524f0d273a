import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { runCommandLine } from '../cli.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Every string of a YAML document that runs partywall. */
function commandsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('npx partywall') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(commandsOf);
}

async function helpOf(words: readonly string[]): Promise<string> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  await runCommandLine([...words, '--help']);
  vi.restoreAllMocks();
  return text;
}

describe('the CI examples', () => {
  it.each(['github-actions.yml', 'gitlab-ci.yml'])(
    '%s is YAML whose commands and flags exist',
    async (name) => {
      const file = new URL(`examples/${name}`, import.meta.url);
      const commands = commandsOf(parse(readFileSync(file, 'utf8')));

      expect(commands).toHaveLength(2);
      for (const command of commands) {
        const [, , ...words] = command.trim().split(/\s+/);
        const firstFlag = words.findIndex((word) => word.startsWith('--'));
        const help = await helpOf(words.slice(0, firstFlag));
        expect(help).toContain(`Usage: partywall ${words.slice(0, firstFlag).join(' ')}`);
        for (const flag of words.filter((word) => word.startsWith('--'))) {
          expect(help).toMatch(new RegExp(`\\s${flag}[\\s,]`));
        }
      }
    },
  );
});
