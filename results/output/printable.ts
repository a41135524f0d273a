/**
 * Text as a terminal may have it: what records, names and files contain must not move the cursor,
 * ring, or rename the window. Line breaks, tabs and colours stay; another control character becomes
 * the replacement character.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}(\[[\d;]*m)?/gu, (found, colour: string | undefined) => {
    const [control] = found;
    if (control === '\n' || control === '\t') return found;
    if (control === '\u001b' && colour !== undefined) return found;
    return `\ufffd${colour ?? ''}`;
  });
}
