import { renderAnnotations } from './annotations.ts';
import { writeBeside } from './beside-outputs.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { OutputFiles } from './output/record-file.ts';
import { tryAll } from './output/try-all.ts';
import { writeText } from './output/write-json.ts';
import type { BlockingRule, Summary } from './summary.ts';

/** What there is to publish: the short form, and a page drawn only where it is asked for. */
export interface Publication extends BlockingRule {
  readonly summary: Summary;
  readonly page: () => Promise<string>;
  /** File that annotations of CI point at; none are printed where it is absent. */
  readonly annotate?: string | undefined;
}

/**
 * Writes page, JUnit and Markdown where they are asked for; `-` is standard output. The JSON is the
 * caller's to write: where it goes to standard output, annotations keep away from it.
 * @throws BadInputError naming every report that could not be written; the others are.
 */
export async function publishReports(
  files: OutputFiles,
  { summary, page, annotate, ...rule }: Publication,
): Promise<void> {
  const { html, junit, markdown } = files;
  await tryAll([
    async () => {
      if (html !== undefined) await writeText(html, await page(), '--html');
    },
    async () => {
      if (junit !== undefined) await writeText(junit, renderJunit([summary], rule), '--junit');
    },
    async () => {
      if (markdown === undefined) return;
      await writeText(markdown, renderMarkdown(summary), '--markdown', 'a');
    },
    async () => {
      const lines = annotate === undefined ? [] : renderAnnotations(summary, annotate, rule);
      if (lines.length > 0) await writeBeside(`${lines.join('\n')}\n`, files);
    },
  ]);
}
