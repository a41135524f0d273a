import type { Plugin } from 'esbuild';

/** A replacement in the text of a source file, named from the root without its extension. */
export interface SourceEdit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Puts edits in while esbuild bundles; the command line brings it along, as the mutants use it. */
export type Editing = (edits: readonly SourceEdit[]) => Plugin;

/** The function of `POLICY_CALLS` that is slowed down. */
export const SLOWED = 'rollout';

const HASHING = `hash(\`\${salt}\\u0000\${tenant}\`)`;

/** Extra hashes in both builds: code that one of them never reached would be compiled otherwise. */
const ALWAYS = 0.1;

/**
 * Has the rollout's decision, which is one hash, hash once more in a share of its calls: so often
 * that it does so many per cent more than with 0. The truth is known by construction, and that the
 * compiler does not make something else of it is seen in the instructions it takes.
 */
export function slowDown(percent: number): SourceEdit[] {
  const file = 'core/policy/rollout';
  const share = (ALWAYS + ((1 + ALWAYS) * percent) / 100).toFixed(4);
  return [
    {
      file,
      from: 'export function isEnrolled(',
      to: 'let due = 0;\nexport let spent = 0;\nexport function isEnrolled(',
    },
    {
      file,
      from: `return ${HASHING}`,
      to: `due += ${share};
  while (due >= 1) {
    due -= 1;
    spent += ${HASHING};
  }
  return ${HASHING}`,
    },
  ];
}
