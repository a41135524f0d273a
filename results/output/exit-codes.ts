import { BadInputError, MissingToolError } from './operating-errors.ts';

/** Ends of a run that are no verdict, after sysexits.h; verdicts have 0, 1 and 2. */
/** Stopped by Ctrl-C before there was a verdict: as undecided as an inconclusive run. */
export const EXIT_INTERRUPTED = 2;
export const EXIT_BAD_INPUT = 64;
export const EXIT_MISSING_TOOL = 69;
export const EXIT_OWN_FAULT = 70;

/** What an error that reached the command line exits with: anything unforeseen is our fault. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof BadInputError) return EXIT_BAD_INPUT;
  if (error instanceof MissingToolError) return EXIT_MISSING_TOOL;
  return EXIT_OWN_FAULT;
}
