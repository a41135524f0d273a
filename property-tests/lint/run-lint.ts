import { readFile } from 'node:fs/promises';
import { counted } from '../../results/counted.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { writeJson, writeToStdout } from '../../results/output/write-json.ts';
import { checkSource } from './check-source.ts';
import { findSources } from './find-sources.ts';
import { makeTenantTest } from './key-parts.ts';
import type { Finding } from './rules.ts';

export interface LintFlags {
  readonly json?: string;
  readonly tenantWord?: readonly string[];
  readonly rawClient?: boolean;
  readonly tests?: boolean;
}

export interface LintReport {
  readonly fileCount: number;
  /** Files that mention Redis at all, and were therefore parsed. */
  readonly checkedCount: number;
  readonly findings: readonly Finding[];
}

/** Checks the sources and prints what was found; 1 where anything was. */
export async function runLint(paths: readonly string[], flags: LintFlags): Promise<number> {
  const report = await lint(paths, flags);
  if (flags.json !== undefined) await writeJson(flags.json, report);
  if (flags.json !== '-') await writeToStdout(render(report));
  return report.findings.length === 0 ? 0 : 1;
}

/** @throws BadInputError where a path is not there, or holds no source file */
export async function lint(paths: readonly string[], flags: LintFlags): Promise<LintReport> {
  const words = flags.tenantWord ?? [];
  for (const word of words) checkWord(word);
  const files = await findSources(paths, flags.tests ?? false);
  if (files.length === 0) {
    const expected = 'TypeScript or JavaScript sources in it';
    throw new BadInputError([{ field: 'PATH', value: paths.join(' '), expected }]);
  }
  const sources = await readMentioning(files);
  const rawClient = flags.rawClient ?? sources.some(({ text }) => USES_CACHE.test(text));
  const options = { isTenant: makeTenantTest(words), rawClient };
  const findings = sources.flatMap(({ file, text }) => checkSource(file, text, options));
  return { fileCount: files.length, checkedCount: sources.length, findings };
}

const USES_CACHE = /\bfrom\s+['"]partywall['"]|\brequire\(['"]partywall['"]\)/;
/** Without any of these a file can hold no client. */
const MENTIONS = /redis|valkey|partywall/i;

async function readMentioning(files: readonly string[]) {
  const sources: { readonly file: string; readonly text: string }[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    if (MENTIONS.test(text)) sources.push({ file, text });
  }
  return sources;
}

function checkWord(word: string): void {
  if (/^[A-Za-z]\w{0,40}$/.test(word)) return;
  const expected = 'one word, as it stands in names: project, shop';
  throw new BadInputError([{ field: '--tenant-word', value: word, expected }]);
}

function render({ fileCount, checkedCount, findings }: LintReport): string {
  const lines = findings.map(
    ({ file, line, column, rule, message }) => `${file}:${line}:${column} ${rule} ${message}`,
  );
  const summary = `${counted(findings.length, 'finding')}; Redis in ${checkedCount} of ${counted(fileCount, 'file')}`;
  return `${[...lines, summary].join('\n')}\n`;
}
