import type { BlockingRule, Check, Summary } from './summary.ts';

/**
 * Summaries as JUnit XML, which most CI systems read: a suite each, a case each check. A check that
 * shows nothing is an error, or skipped where the rule lets it pass; it is never a success.
 */
export function renderJunit(summaries: readonly Summary[], rule: BlockingRule): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
${summaries.map((summary) => renderSuite(summary, rule)).join('\n')}
</testsuites>
`;
}

function renderSuite(
  { title, word, sentence, reasons, checks, notes, startedAt, state }: Summary,
  rule: BlockingRule,
): string {
  const verdict: Check = {
    group: 'verdict',
    name: 'verdict',
    state,
    reason: [`${word}: ${sentence}`, ...reasons].join('\n'),
  };
  const cases = [verdict, ...checks];
  const count = (kind: string) => cases.filter((one) => elementOf(one, rule)?.kind === kind).length;
  return `<testsuite name="${escapeXml(title)}" timestamp="${escapeXml(startedAt)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}">
${cases.map((one) => renderCase(one, title, rule)).join('\n')}
<system-out>${escapeXml(notes.join('\n'))}</system-out>
</testsuite>`;
}

function renderCase(check: Check, title: string, rule: BlockingRule): string {
  const { group, name, reason } = check;
  const place = `classname="${escapeXml(`${title}.${group}`)}" name="${escapeXml(name)}"`;
  const element = elementOf(check, rule);
  if (!element)
    return `<testcase ${place}><system-out>${escapeXml(reason)}</system-out></testcase>`;
  const { kind, type } = element;
  const message = `message="${escapeXml(reason)}"`;
  return kind === 'skipped'
    ? `<testcase ${place}><skipped ${message}/></testcase>`
    : `<testcase ${place}><${kind} type="${type}" ${message}>${escapeXml(reason)}</${kind}></testcase>`;
}

function elementOf({ state }: Check, { allowInconclusive }: BlockingRule) {
  switch (state) {
    case 'pass':
      return undefined;
    case 'fail':
      return { kind: 'failure', type: 'FAIL' };
    case 'open':
      return { kind: allowInconclusive ? 'skipped' : 'error', type: 'INCONCLUSIVE' };
    case 'broken':
      return { kind: 'error', type: 'INVALID' };
  }
}

/** Characters that XML 1.0 cannot hold at all become U+FFFD. */
function escapeXml(text: string): string {
  return (
    // Lone surrogates do not survive UTF-8.
    Buffer.from(text)
      .toString()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that must not get through
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"'\n]/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
