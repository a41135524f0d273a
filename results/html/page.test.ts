import { describe, expect, test } from 'vitest';
import { renderInChromium, testInChromium } from './chromium.fixture.ts';
import { colours } from './colours.ts';
import { dotPlot } from './dot-plot.ts';
import { lineChart } from './line-chart.ts';
import { html } from './markup.ts';
import { htmlPage } from './page.ts';
import { sortableTable } from './sortable-table.ts';

const table = sortableTable({
  id: 'cells',
  caption: 'Cells, per cent',
  columns: [{ head: 'cell' }, { head: 'rise', numeric: true }, { head: 'verdict' }],
  rows: [
    ['b <i>', 10, { show: 'FAIL', tone: 'bad' }],
    ['a', { show: '+9 %', sortBy: 9 }, { show: 'PASS', tone: 'good' }],
    ['c', -1, 'PASS'],
  ],
  filter: true,
});
const lines = lineChart({
  id: 'latency',
  title: 'Latency by quantile',
  summary: 'The spike is slower.',
  x: { label: 'quantile', ticks: [0.5, 0.9] },
  y: { label: 'ms', scale: 'log', format: (value) => `${value} ms` },
  series: [
    {
      name: 'spike',
      style: 'red',
      points: [
        { x: 0.5, y: 1, low: 0.5, high: 2 },
        { x: 0.9, y: 20, low: 10, high: 40 },
      ],
    },
  ],
  rules: [{ at: 5, label: 'deadline', axis: 'y' }],
});
const dots = dotPlot({
  id: 'rounds',
  title: 'Rounds',
  summary: 'All below the bound.',
  x: { label: 'rise, %' },
  rows: [
    {
      name: 'all P50',
      style: 'blue',
      values: [{ value: 1 }, { value: 2 }],
      estimate: { mean: 1.5, low: 0.5, high: 2.5 },
    },
    { name: 'open', style: 'red', values: [], estimate: { mean: 1, low: null, high: null } },
  ],
  rules: [{ at: 10, label: 'bound' }],
});
const page = htmlPage({
  title: 'A <run> & its "verdict"',
  verdict: { word: 'PASS', tone: 'good', sentence: 'Nothing rose.' },
  sections: [
    { id: 'lines', title: 'Lines', body: lines },
    { id: 'dots', title: 'Dots', body: dots },
    { id: 'table', title: 'Table', body: table },
  ],
});

describe('a page', () => {
  test('escapes what is text, in templates, titles and cells', () => {
    expect(html`<p title="${'"<&\''}">${['<b>', html`<i>x</i>`, 3, undefined]}</p>`.text).toBe(
      '<p title="&#34;&#60;&#38;&#39;">&#60;b&#62;<i>x</i>3</p>',
    );
    expect(page).toContain('A &#60;run&#62; &#38; its');
    expect(page).toContain('b &#60;i&#62;');
  });

  test('asks for nothing outside itself and forbids it', () => {
    const addresses = page.match(/\s(?:src|href)="(?!#)[^"]*"|https?:|url\(|@import/g);

    expect(addresses).toBeNull();
    expect(page).toContain('default-src &#39;none&#39;');
  });

  test('has a verdict before everything else, and no id twice', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);

    expect(page.indexOf('class="verdict')).toBeLessThan(page.indexOf('<main'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('gives every drawing a name, and its figures as a table', () => {
    const drawings = page.match(/<svg (?=[^>]*viewBox="0 0 (?:900|360) )[^>]*>/g) ?? [];

    expect(drawings).toHaveLength(4);
    for (const drawing of drawings) {
      expect(drawing).toMatch(/aria-labelledby="(latency|rounds)" role="img"/);
    }
    expect(page).toContain('id="latency-table"');
    expect(page).toContain('20 ms [10 ms, 40 ms]');
  });

  test('is the same, byte for byte, each time', () => {
    const again = lineChart({
      id: 'x',
      title: 't',
      summary: 's',
      x: { label: 'x' },
      y: { label: 'y' },
      series: [],
    });

    expect(again).toEqual(
      lineChart({
        id: 'x',
        title: 't',
        summary: 's',
        x: { label: 'x' },
        y: { label: 'y' },
        series: [],
      }),
    );
  });
});

describe('colours', () => {
  test.each(['light', 'dark'] as const)('are readable in %s', (scheme) => {
    const { page: ground, panel, line: _line, ...inks } = colours[scheme];

    for (const [role, ink] of Object.entries(inks)) {
      for (const behind of [ground, panel]) {
        expect(contrast(ink, behind), `${role} on ${behind}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe('in a browser', () => {
  testInChromium('sorts and filters, loads nothing, fits a phone', (chromium) => {
    // The policy forbids foreign scripts, so the visitor of this test comes without it.
    const visit = `<script>addEventListener('load',function(){
      document.querySelectorAll('#cells thead th')[1].click();
      setTimeout(function(){
        var box=document.querySelector('.filter input');
        var order=[].map.call(document.querySelectorAll('#cells tbody th'),function(x){return x.textContent});
        box.value='pass';box.dispatchEvent(new Event('input',{bubbles:true}));
        var seen=[].filter.call(document.querySelectorAll('#cells tbody tr'),function(x){return !x.hidden}).length;
        document.body.dataset.visit=JSON.stringify({order:order,seen:seen,wide:document.documentElement.scrollWidth});
      },500)})</script>`;
    const open = page.replace(/<meta http-equiv[^>]*>/, '').replace('</body>', `${visit}</body>`);

    const visited = renderInChromium(chromium, open, { widthPx: 500 });
    const whole = renderInChromium(chromium, page, { dark: true });

    const found = JSON.parse(
      (visited.dom.match(/data-visit="([^"]*)"/)?.[1] ?? '{}').replaceAll('&quot;', '"'),
    );
    expect(found).toEqual({ order: ['c', 'a', 'b &lt;i&gt;'], seen: 2, wide: 500 });
    // Set by the page's own script, under the policy.
    expect(whole.dom).toContain('aria-label="Click to sort table by rise');
    expect(whole.complaints).toEqual([]);
    expect(whole.png.length).toBeGreaterThan(10_000);
  });
});

/** WCAG 2: (L1 + .05) / (L2 + .05). */
function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
