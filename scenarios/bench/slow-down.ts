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

/**
 * Has the rollout's decision, which is one hash, hash so many times in a hundred calls once more: the
 * truth is known by construction, whatever the host and the compiler make of a hash. With 0 the
 * text is the same but for that number, so that only the work differs.
 */
export function slowDown(percent: number): SourceEdit[] {
  const file = 'core/policy/rollout';
  const share = (percent / 100).toFixed(4);
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
  if (due >= 1) {
    due -= 1;
    spent += ${HASHING};
  }
  return ${HASHING}`,
    },
  ];
}
