import type { CheckResult } from './check-adapter.ts';
import type { PropertyResult } from './judge-check.ts';
import { displayName } from './redis-inspector.ts';

/** A property's result in some lines, for a test's message. */
export function tellProperty({ aspects }: PropertyResult): string {
  const found = aspects.flatMap(({ aspect, finding }) => {
    if (finding === undefined) return [];
    const { counterexample, class: kind, characters } = finding;
    const names = characters.map((one) => `"${displayName(one)}"`).join(' ');
    const steps = counterexample.steps.map(
      (step) => `  "${step.tenant}" ${step.operation}(${step.arguments.join(', ')}) ${step.result}`,
    );
    return [`${aspect}: ${counterexample.what} (${kind}${names && `, ${names}`})`, ...steps];
  });
  if (found.length > 0) return found.join('\n');
  return aspects.map(({ aspect, reason = '' }) => `${aspect}: ${reason}`).join('; ');
}

/** Why a check that broke nothing is no pass, if it is none. */
export function whyInvalid({ verdict, reasons }: CheckResult): readonly string[] {
  return verdict === 'INVALID' ? reasons : [];
}
