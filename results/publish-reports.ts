import { writeFile } from 'node:fs/promises';
import { renderAnnotations } from './annotations.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { BadInputError, type InputProblem } from './output/operating-errors.ts';
import { prepareRecordFile, unwritable } from './output/record-file.ts';
import { writeToStdout } from './output/write-json.ts';
import type { BlockingRule, Summary } from './summary.ts';

/** Files that a result is rendered to, each as its option names it. */
export interface ReportFiles {
  readonly html?: string;
  readonly junit?: string;
  /** Appended to, as CI systems want their step summary. */
  readonly markdown?: string;
}

/**
 * Makes sure that the reports can be written, each to a place of its own.
 * @param json where the record goes, if that is written by the same command
 * @throws BadInputError naming every option that cannot be kept
 */
export async function prepareReports(
  { html, junit, markdown }: ReportFiles,
  json?: string,
): Promise<void> {
  const problems: InputProblem[] = [];
  const taken = new Set(json === undefined ? [] : [json]);
  for (const [field, file] of Object.entries({
    '--html': html,
    '--junit': junit,
    '--markdown': markdown,
  })) {
    if (file === undefined) continue;
    if (taken.has(file)) {
      problems.push({ field, value: file, expected: 'a file of its own' });
      continue;
    }
    taken.add(file);
    if (file === '-') continue;
    await prepareRecordFile(file, field).catch((error: unknown) => {
      if (!(error instanceof BadInputError)) throw error;
      problems.push(...error.problems);
    });
  }
  if (problems.length > 0) throw new BadInputError(problems);
}

/** What there is to publish: the short form, and a page drawn only where it is asked for. */
export interface Publication extends BlockingRule {
  readonly summary: Summary;
  readonly page: () => Promise<string>;
  /** File that annotations of CI point at; none are printed where it is absent. */
  readonly annotate?: string | undefined;
}

/**
 * Writes the reports asked for; `-` is standard output.
 * @throws BadInputError naming every report that could not be written; the others are.
 */
export async function publishReports(
  files: ReportFiles,
  { summary, page, annotate, ...rule }: Publication,
): Promise<void> {
  const { html, junit, markdown } = files;
  const problems: InputProblem[] = [];
  // A disk that is full for one of them may have room for another.
  const put = async (field: string, file: string, text: string, flag?: 'a') => {
    const problem = await writeReport(field, file, text, flag);
    if (problem) problems.push(problem);
  };
  if (html !== undefined) await put('--html', html, await page());
  if (junit !== undefined) await put('--junit', junit, renderJunit([summary], rule));
  if (markdown !== undefined) await put('--markdown', markdown, renderMarkdown(summary), 'a');
  if (annotate !== undefined) {
    const lines = renderAnnotations(summary, annotate, rule);
    if (lines.length > 0) await writeToStdout(`${lines.join('\n')}\n`);
  }
  if (problems.length > 0) throw new BadInputError(problems);
}

async function writeReport(
  field: string,
  file: string,
  text: string,
  flag: 'w' | 'a' = 'w',
): Promise<InputProblem | undefined> {
  try {
    await (file === '-' ? writeToStdout(text) : writeFile(file, text, { flag }));
    return undefined;
  } catch (error) {
    return unwritable(field, file, error);
  }
}
