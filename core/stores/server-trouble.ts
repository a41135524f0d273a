import { StoreError } from './store-error.ts';

/** What a server's error reply means; undefined if the text is not that of an error reply. */
export function explainErrorReply(message: string, cause: unknown): StoreError | undefined {
  const word = /^([A-Z]{2,})\b/.exec(message)?.[1];
  if (word === undefined) return undefined;
  // A lookup reckons with the digits that every entry begins with, before it writes anything.
  if (message.includes('attempt to perform arithmetic')) {
    const why = 'a stored entry is not in the form that was written';
    return new StoreError('malformed-reply', why, true, cause);
  }
  // A script may have stopped half way: only refusals to start it are certain to have done nothing.
  const definite = REFUSED_TO_START.has(word);
  return new StoreError('refused', `the server answered with ${word}`, definite, cause);
}

const REFUSED_TO_START = new Set([
  'OOM',
  'READONLY',
  'LOADING',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'NOAUTH',
  'NOPERM',
  'MOVED',
  'ASK',
  'TRYAGAIN',
  'BUSY',
  'NOSCRIPT',
]);
