import type { BlockingRule, Summary } from './summary.ts';

/**
 * Workflow commands of GitHub Actions for every check that did not pass: they appear beside the
 * file (the record, or the configuration that asked for the run) in the checks of a pull request.
 */
export function renderAnnotations(summary: Summary, file: string, rule: BlockingRule): string[] {
  const { title, word, state, sentence, checks } = summary;
  const verdict = { name: word, state, reason: sentence };
  return (
    [verdict, ...checks]
      .filter((check) => check.state !== 'pass')
      // A broken instrument leaves every cell open: what broke it is said once, not beside each.
      .filter((check) => state !== 'broken' || check.state !== 'open')
      .map((check) => {
        const level = check.state === 'open' && rule.allowInconclusive ? 'warning' : 'error';
        const place = `file=${escapeProperty(file)},title=${escapeProperty(`${title}: ${check.name}`)}`;
        return `::${level} ${place}::${escapeData(check.reason)}`;
      })
  );
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
