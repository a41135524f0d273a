import type { Check, Summary } from './summary.ts';

const marks = { pass: '✅', fail: '❌', open: '❔', broken: '⚠️' } as const;
const words = { pass: 'pass', fail: 'FAIL', open: 'inconclusive', broken: 'INVALID' } as const;

/** A summary for a CI step or a comment: the verdict first, all checks folded away below. */
export function renderMarkdown({
  title,
  word,
  state,
  sentence,
  reasons,
  checks,
  notes,
}: Summary): string {
  const unsound = checks.filter((check) => check.state !== 'pass');
  return `### ${marks[state]} ${escapeMarkdown(word)} — ${escapeMarkdown(title)}

${escapeMarkdown(sentence.charAt(0).toUpperCase() + sentence.slice(1))}.

${reasons.map((reason) => `- ${escapeMarkdown(reason)}`).join('\n')}

${unsound.length > 0 ? `${table(unsound)}\n\n` : ''}<details><summary>All ${checks.length} checks</summary>

${table(checks)}

</details>

${notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n')}
`;
}

function table(checks: readonly Check[]): string {
  const rows = checks.map(
    ({ group, name, state, reason }) =>
      `| ${marks[state]} ${words[state]} | ${escapeMarkdown(group)} | ${escapeMarkdown(name)} | ${escapeMarkdown(reason)} |`,
  );
  return ['| | kind | check | why |', '|---|---|---|---|', ...rows].join('\n');
}

function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|#~$]/g, (character) => `\\${character}`)
    .replace(/\s*\n\s*/g, ' ');
}
