import { EXIT_BAD_INPUT } from '../../results/output/exit-codes.ts';
import { AdapterFault, describeThrown } from './adapter-fault.ts';

export interface StrayErrors {
  /** Rejects at the first error that nobody waited for. */
  readonly thrown: Promise<never>;
  forget(): void;
}

/**
 * Errors that an adapter throws outside of any call (a rejected promise that nobody waits for, an
 * 'error' event that nobody hears) would end the process as if they were ours.
 */
export function catchStrayErrors(): StrayErrors {
  let hasThrown = false;
  let rejectWith: (fault: AdapterFault) => void = () => {};
  const thrown = new Promise<never>((_, reject) => {
    rejectWith = reject;
  });
  // Where nothing strays, nobody may be left waiting for it.
  thrown.catch(() => {});
  const onError = (error: unknown) => {
    hasThrown = true;
    const found = describeThrown(error);
    rejectWith(new AdapterFault('outside of any call', `threw ${found}`, 'errors in its calls'));
  };
  const onExit = () => {
    // Only what ends the process in the middle of a check comes here: that is no verdict.
    const fault = new AdapterFault('outside of its calls', 'ended the process', 'to be closed');
    process.stderr.write(`partywall: ${fault.message}\n`);
    process.exitCode = EXIT_BAD_INPUT;
  };
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  process.on('exit', onExit);
  return {
    thrown,
    forget() {
      process.removeListener('exit', onExit);
      // Where one error strayed more will; the check is over, and they change nothing any more.
      if (hasThrown) return;
      process.removeListener('uncaughtException', onError);
      process.removeListener('unhandledRejection', onError);
      for (const listener of others) process.on('uncaughtException', listener);
    },
  };
}
