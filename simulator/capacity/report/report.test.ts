import { describe, expect, it } from 'vitest';
import { exactSpec, OPTIONS, planOf } from '../plan.fixture.ts';
import { makePlan } from '../plan.ts';
import { renderCsvFiles } from './csv.ts';
import { differencePart } from './difference-part.ts';
import { gateOf } from './gate.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { parseBaseline, planRecord } from './plan-record.ts';
import { planReport } from './plan-report.ts';

const plan = planOf('large');
const report = planReport(plan);

describe('the report', () => {
  it('begins with five lines', () => {
    expect(report.summary).toHaveLength(5);
    expect(report.summary[0]).toMatch(/^Buy \d+ masters/);
  });

  it('is Markdown with a title for every part, and no figure that is not one', () => {
    const text = renderMarkdown(report);

    for (const { title } of report.parts) expect(text).toContain(`## ${title}\n`);
    expect(text).not.toMatch(/NaN|undefined|\[object|Infinity/);
  });

  it('is one page that asks nothing of the network', () => {
    const page = renderHtml(report, { word: 'ENOUGH', tone: 'good', sentence: 'all fits' });

    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).toContain('<svg');
    expect(page.match(/<table class="sortable/g)?.length).toBeGreaterThan(10);
    expect(page).not.toMatch(/>NaN<|>undefined</);
  });

  it('escapes what a spec calls its tenants, in every format', () => {
    const spec = exactSpec();
    const name = '=1+1|<script>alert(1)</script>';
    const tenants = spec.tenants.map((group, at) => ({ ...group, count: 1, name: `${name}${at}` }));
    const evil = planReport(makePlan({ ...spec, tenants }, { ...OPTIONS, worldCount: 16 }));

    expect(renderHtml(evil, { word: 'ENOUGH', tone: 'good', sentence: '' })).not.toContain(
      '<script>alert',
    );
    expect(renderMarkdown(evil)).not.toMatch(/(?<!\\)<script>/);
    expect(renderCsvFiles(evil.parts).get('tenants-table.csv')).toContain("'=1+1");
  });

  it('says why a part of the check by simulation was left out', () => {
    const leftOut = ['A spike is not simulated: it would take days.'];
    const none = { rows: [], requestCount: 0, simulatedS: 0, spikes: [], losses: [] };
    const { parts } = planReport({ ...plan, simulation: { ...none, leftOut } });

    const part = parts.find(({ id }) => id === 'simulation');
    expect([part?.text, part?.tables]).toEqual([leftOut, []]);
  });

  it('is CSV with as many fields in each row as in the head', () => {
    const tenants =
      renderCsvFiles(report.parts).get('tenants-table.csv')?.trim().split('\r\n') ?? [];

    expect(tenants).toHaveLength(201);
    const fields = tenants.map((line) => line.replace(/"[^"]*"/g, '').split(',').length);
    expect(new Set(fields).size).toBe(1);
  });
});

describe('the gate', () => {
  it.each([
    [undefined, 'pass'],
    [25, 'pass'],
    [99, 'fail'],
  ] as const)('of %s per cent says %s', (least, verdict) => {
    expect(gateOf(plan, least).verdict).toBe(verdict);
  });

  it('is inconclusive where there is no cluster', () => {
    const none = { ...plan, knee: undefined, currentKnee: undefined };

    expect(gateOf(none, 25).verdict).toBe('inconclusive');
  });
});

describe('the difference to an earlier plan', () => {
  const record = JSON.stringify(planRecord(plan, gateOf(plan, undefined)));

  it('finds nothing moved in the same plan', () => {
    const part = differencePart(plan, parseBaseline(record, 'b.json'));

    expect(part.tables?.[1]?.rows).toEqual([]);
  });

  it('names the tenant that left its forecast', () => {
    const baseline = parseBaseline(record, 'b.json');
    const tenants = baseline.tenants.map((tenant, at) =>
      at === 7 ? { ...tenant, usageBytes: tenant.usageBytes / 2 } : tenant,
    );

    const part = differencePart(plan, { ...baseline, tenants });

    expect(part.tables?.[1]?.rows.map(([tenant]) => tenant)).toEqual([baseline.tenants[7]?.tenant]);
  });

  it.each(['{"kind":"stress"}', 'no json'])('refuses %s', (text) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow('--baseline-report');
  });
});
