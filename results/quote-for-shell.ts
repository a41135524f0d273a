/** A word of a command line, quoted where a shell would read it as something else. */
export function quoteForShell(word: string): string {
  return /^[\w./:,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
