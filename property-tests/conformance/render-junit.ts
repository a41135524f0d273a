import type { CheckRecord } from './check-record.ts';
import type { PropertyResult } from './judge-check.ts';

/** A check as JUnit XML: a suite for each adapter, a test case for each property. */
export function renderJunit(record: CheckRecord): string {
  const suites = record.results.map(({ adapter, properties, elapsedMs, verdict, reasons }) => {
    const cases = properties.map((property) => renderCase(adapter, property));
    // What was not tried is no success.
    if (verdict === 'INVALID') {
      cases.push(
        `    <testcase classname="${escapeXml(adapter)}" name="enough was tried">\n` +
          `      <error message="${escapeXml(reasons.join('; '))}"/>\n    </testcase>`,
      );
    }
    const count = (kind: PropertyResult['verdict']) =>
      properties.filter((property) => property.verdict === kind).length;
    const counts = [
      `tests="${cases.length}"`,
      `failures="${count('broken')}"`,
      `errors="${verdict === 'INVALID' ? 1 : 0}"`,
      `skipped="${count('skipped')}"`,
      `time="${(elapsedMs / 1000).toFixed(3)}"`,
    ];
    return [
      `  <testsuite name="${escapeXml(adapter)}" ${counts.join(' ')}>`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="partywall check">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase(adapter: string, property: PropertyResult): string {
  const { id, states, verdict, counterexample, aspects } = property;
  const open = `    <testcase classname="${escapeXml(adapter)}" name="${escapeXml(`${id}: ${states}`)}"`;
  if (verdict === 'held') return `${open}/>`;
  if (verdict === 'skipped') {
    const reasons = aspects.map(({ aspect, reason = '' }) => `${aspect}: ${reason}`).join('; ');
    return `${open}>\n      <skipped message="${escapeXml(reasons)}"/>\n    </testcase>`;
  }
  const what = counterexample?.what ?? '';
  const steps = (counterexample?.steps ?? []).map(
    (step) => `${step.tenant} ${step.operation}(${step.arguments.join(', ')}) ${step.result}`,
  );
  return (
    `${open}>\n      <failure type="${property.class ?? ''}" message="${escapeXml(what)}">` +
    `${escapeXml(steps.join('\n'))}</failure>\n    </testcase>`
  );
}

/** Also drops what XML 1.0 cannot hold; `displayName` has already spelt most of it. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?');
}
