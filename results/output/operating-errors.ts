/** One thing wrong with what the user gave, in the user's words. */
export interface InputProblem {
  /** The option or setting, spelled as the user spells it: `--rounds`. */
  readonly field: string;
  /** The value as given, secrets left out. */
  readonly value: string;
  /** What would have been right: `an integer 1..24, or auto`. */
  readonly expected: string;
}

/** The user's input cannot be used (exit 64). Names every problem at once. */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(renderProblem).join('\n'));
    this.problems = problems;
  }
}

function renderProblem({ field, value, expected }: InputProblem): string {
  return `${field}: ${value === '' ? '(empty)' : value}, expected ${expected}`;
}

export interface MissingTool {
  /** What is missing: `k6`, `redis`. */
  readonly tool: string;
  readonly message: string;
  /** How to get it, one way a line. */
  readonly remedies: readonly string[];
}

/** A tool or a server that is needed is not there (exit 69). Says how to get it. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
  readonly tool: string;
  readonly remedies: readonly string[];

  constructor({ tool, message, remedies }: MissingTool) {
    super([message, ...remedies.map((remedy) => `  - ${remedy}`)].join('\n'));
    this.tool = tool;
    this.remedies = remedies;
  }
}
