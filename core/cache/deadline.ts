/** The work had not settled when its time was up. */
export const DEADLINE_PASSED = Symbol('deadline passed');

/**
 * Waits for `work`, at most `deadlineMs`. What the work comes to afterwards is dropped, an error
 * too, so nothing late can reach anybody through here.
 */
export function withinDeadline<T>(
  work: Promise<T>,
  deadlineMs: number,
  after: (delayMs: number, run: () => void) => () => void,
): Promise<T | typeof DEADLINE_PASSED> {
  return new Promise((resolve, reject) => {
    const cancel = after(deadlineMs, () => resolve(DEADLINE_PASSED));
    work.then(
      (result) => {
        cancel();
        resolve(result);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
