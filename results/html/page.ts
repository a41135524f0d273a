import { createHash } from 'node:crypto';
import type { Tone } from './colours.ts';
import { type Content, html, type Markup, trusted } from './markup.ts';
import { pageStyle } from './style.ts';
import { tableScript } from './table-script.ts';

/** One part of a page, reached from the list of parts at its top. */
export interface Section {
  /** Unique in the page; letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

export interface Page {
  /** What the page is, "Spike of one tenant, 22 November 2026". */
  readonly title: string;
  /** What it says, first thing on the page: the word, and one sentence. */
  readonly verdict?: { readonly word: string; readonly tone: Tone; readonly sentence: string };
  /** Between the verdict and the list of parts: the reasons. */
  readonly intro?: Content;
  readonly sections: readonly Section[];
  /** Last line: by what and when it was written. */
  readonly footer?: Content;
  /** What parts of the page bring along, beside what every page has; from this program alone. */
  readonly script?: string;
  readonly style?: string;
}

/**
 * A whole page in one file: style and script are inside, its policy forbids every request, so it
 * can be mailed, kept and opened without network. Works without script too: tables do not sort
 * then.
 */
export function htmlPage(page: Page): string {
  const { title, verdict, intro, sections, footer } = page;
  const script = [tableScript(), page.script ?? ''].join('\n').trim();
  const body = html`<a class="skip" href="#content">Skip to the content</a>
<header><h1>${title}</h1>${verdict && renderVerdict(verdict)}</header>
<main id="content">${intro}
${renderContents(sections)}
${sections.map(renderSection)}
</main>
${footer === undefined ? '' : html`<footer>${footer}</footer>`}`;
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<title>${verdict ? `${verdict.word}: ${title}` : title}</title>
<style>${trusted(pageStyle + (page.style ?? ''))}</style>
</head>
<body>
${body}
<script>${trusted(script)}</script>
</body>
</html>`.text
}
`;
}

/** Nothing may be loaded; of scripts only ours, known by its hash, may run. */
function policyFor(script: string): string {
  const digest = createHash('sha256').update(script).digest('base64');
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
}

function renderVerdict({ word, tone, sentence }: NonNullable<Page['verdict']>): Markup {
  return html`<p class="${`verdict ${tone}`}"><strong>${word}</strong>${sentence}</p>`;
}

/** Two parts are found without a list of them. */
const contentsMin = 3;

function renderContents(sections: readonly Section[]): Content {
  if (sections.length < contentsMin) return undefined;
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Parts of this page"><ul>${links}</ul></nav>`;
}

function renderSection({ id, title, body }: Section): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}
</section>
`;
}
