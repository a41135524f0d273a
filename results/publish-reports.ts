import { writeFile } from 'node:fs/promises';
import { renderAnnotations } from './annotations.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { prepareRecordFile } from './output/record-file.ts';
import { writeToStdout } from './output/write-json.ts';
import type { BlockingRule, Summary } from './summary.ts';

/** Files that a result is rendered to, each as its option names it. */
export interface ReportFiles {
  readonly html?: string;
  readonly junit?: string;
  /** Appended to, as CI systems want their step summary. */
  readonly markdown?: string;
}

/** Makes sure that the reports can be written. Throws a BadInputError naming the option. */
export async function prepareReports({ html, junit, markdown }: ReportFiles): Promise<void> {
  for (const [field, file] of Object.entries({
    '--html': html,
    '--junit': junit,
    '--markdown': markdown,
  })) {
    if (file !== undefined && file !== '-') await prepareRecordFile(file, field);
  }
}

/** What there is to publish: the short form, and a page drawn only where it is asked for. */
export interface Publication extends BlockingRule {
  readonly summary: Summary;
  readonly page: () => Promise<string>;
  /** File that annotations of CI point at; none are printed where it is absent. */
  readonly annotate?: string | undefined;
}

/** Writes the reports asked for; `-` is standard output. */
export async function publishReports(
  files: ReportFiles,
  { summary, page, annotate, ...rule }: Publication,
): Promise<void> {
  const { html, junit, markdown } = files;
  if (html !== undefined) await put(html, await page());
  if (junit !== undefined) await put(junit, renderJunit([summary], rule));
  if (markdown !== undefined) await put(markdown, renderMarkdown(summary), 'a');
  if (annotate !== undefined) {
    const lines = renderAnnotations(summary, annotate, rule);
    if (lines.length > 0) await writeToStdout(`${lines.join('\n')}\n`);
  }
}

async function put(file: string, text: string, flag: 'w' | 'a' = 'w'): Promise<void> {
  await (file === '-' ? writeToStdout(text) : writeFile(file, text, { flag }));
}
