import { type Colors, renderTable } from '../../results/table.ts';
import { wrap } from '../../results/wrap.ts';
import type { CheckResult } from './check-adapter.ts';
import type { CheckRecord } from './check-record.ts';
import type { ToldStep } from './counterexample.ts';
import type { Finding } from './finding.ts';
import type { PropertyResult } from './judge-check.ts';
import { displayName } from './redis-inspector.ts';

/** A check as text for a terminal of 80 columns: what holds, what breaks, and how to repeat it. */
export function renderCheck(record: CheckRecord, colors: Colors): string {
  return [
    ...record.results.map((result) => renderResult(result, colors)),
    `Seed ${record.seed}. Again: ${record.replay}`,
  ].join('\n\n');
}

/** What the other columns leave of a terminal's width at their widest. */
const STATES_WIDTH = 40;

function renderResult(result: CheckResult, colors: Colors): string {
  const { adapter, verdict, properties, elapsedMs } = result;
  const paint = { PASS: colors.green, FAIL: colors.red, INVALID: colors.yellow }[verdict];
  const rows = properties.map((property) => [
    property.id,
    paintVerdict(property, colors),
    property.class ?? '',
    String(property.tries),
    wrap(property.states, '', STATES_WIDTH),
  ]);
  const findings = properties.flatMap((property) =>
    property.aspects.flatMap(({ finding }) =>
      finding === undefined ? [] : [renderFinding(property.id, finding, colors)],
    ),
  );
  return [
    `${paint(verdict)}  ${adapter}, ${Math.round(elapsedMs / 1000)} s`,
    ...(verdict === 'INVALID' ? result.reasons.map((reason) => wrap(reason, '  - ')) : []),
    '',
    renderTable(['', 'verdict', 'class', 'tries', 'property'], rows),
    ...findings.flatMap((finding) => ['', finding]),
    ...skippedLines(properties),
    ...refusalLines(result),
    ...result.remarks.map((remark) => wrap(remark, 'Note: ')),
  ].join('\n');
}

function paintVerdict({ verdict }: PropertyResult, colors: Colors): string {
  switch (verdict) {
    case 'held':
      return colors.green('HELD');
    case 'broken':
      return colors.red('BROKEN');
    case 'skipped':
      return colors.dim('SKIPPED');
  }
}

/** What each class means, beside its finding. */
export function explainClass({ class: kind, characters }: Finding): string {
  switch (kind) {
    case 'no-mechanism':
      return 'nothing separates even unrelated tenants here';
    case 'mechanism':
      return 'breaks for ordinary names';
    case 'unusual-ids':
      return `seen for unusual names only: ${characters.map((one) => `"${displayName(one)}"`).join(' ')}`;
  }
}

function renderFinding(id: string, finding: Finding, colors: Colors): string {
  const { aspect, counterexample } = finding;
  const { what, steps, repeated } = counterexample;
  const times =
    repeated.times === repeated.of
      ? []
      : [`  (seen in ${repeated.times} of ${repeated.of} repeats)`];
  return [
    wrap(`${colors.red(id)} ${aspect}: ${what}`),
    wrap(`${finding.class}: ${explainClass(finding)}`, '  '),
    ...times,
    ...steps.flatMap(tellSteps).map((line) => shorten(`    ${line}`, 79)),
  ].join('\n');
}

/** A step and what it did on the server, a line each. */
export function tellSteps(step: ToldStep): string[] {
  const { tenant, operation, result, via, redis } = step;
  const by = `"${tenant}"${via === 'second' ? ' (2nd process)' : ''}`;
  const answer = result === '' ? '' : ` -> ${result}`;
  const line = `${by} ${operation}(${step.arguments.join(', ')})${answer}`;
  const changes = [
    ...redis.created.map((key) => `+ ${key}`),
    ...redis.changed.map((key) => `~ ${key}`),
    ...redis.removed.map((key) => `- ${key}`),
  ];
  return [line, ...changes.map((change) => `    Redis ${change}`)];
}

function skippedLines(properties: readonly PropertyResult[]): string[] {
  const skipped = properties.flatMap(({ id, aspects }) =>
    aspects
      .filter(({ verdict }) => verdict === 'skipped')
      .map(({ aspect, reason }) => `${id} ${aspect} (${reason ?? ''})`),
  );
  return skipped.length === 0 ? [] : ['', wrap(skipped.join('; '), 'Skipped: ')];
}

const REFUSALS_SHOWN = 6;

function refusalLines({ refusals, otherRefusals }: CheckResult): string[] {
  if (refusals.length === 0) return [];
  const lines = refusals
    .slice(0, REFUSALS_SHOWN)
    .map(({ operation, tenant, key, message, count }) => {
      const input = key === undefined ? `"${tenant}"` : `"${tenant}", "${key}"`;
      return shorten(`  ${count} x ${operation}(${input}): ${message}`, 79);
    });
  const rest = refusals.length - REFUSALS_SHOWN + otherRefusals;
  return [
    '',
    'Refused, which is allowed:',
    ...lines,
    ...(rest > 0 ? [`  ${rest} more kinds`] : []),
  ];
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
