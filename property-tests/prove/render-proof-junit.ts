import type { ProofRecord } from './proof-record.ts';
import { isTried, type ProofLine } from './prove.ts';

/** A proof as JUnit XML: a suite for each ground, a test case for each law. */
export function renderProofJunit({ properties }: ProofRecord): string {
  const grounds = [...new Set(properties.map(({ ground }) => ground))];
  const suites = grounds.map((ground) => {
    const lines = properties.filter((line) => line.ground === ground);
    const count = (verdict: ProofLine['verdict']): number =>
      lines.filter((line) => line.verdict === verdict).length;
    const counts = `tests="${lines.length}" failures="${count('broken')}" errors="${count('invalid')}"`;
    return [
      `  <testsuite name="${ground}" ${counts}>`,
      ...lines.map(renderCase),
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="partywall prove">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase(line: ProofLine): string {
  const { property, law, statement, ground, verdict, missing, counterexample } = line;
  const name = escapeXml(`${property} ${law}: ${statement}`);
  const open = `    <testcase classname="${ground}" name="${name}"`;
  if (verdict === 'held') return `${open}/>`;
  if (verdict === 'invalid') {
    const why = isTried(line) ? `never met: ${missing.join('; ')}` : 'not tried: no time was left';
    return `${open}><error message="${escapeXml(why)}"/></testcase>`;
  }
  const { message = '', story = [] } = counterexample ?? {};
  const failure = `<failure message="${escapeXml(message)}">${escapeXml(story.join('\n'))}</failure>`;
  return `${open}>${failure}</testcase>`;
}

/** Also drops what XML 1.0 cannot hold. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?');
}
