/**
 * Text as a terminal may have it: what records, names and files contain must not move the cursor,
 * ring, rename the window, or turn round what is read. Line breaks, tabs and the colours that we use
 * stay; another control character, or one that directs text, becomes the replacement character.
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, (found, colour: string | undefined) => {
    const [control] = found;
    if (control === '\n' || control === '\t') return found;
    if (control === '\u001b' && colour !== undefined && OUR_COLOUR.test(colour)) return found;
    return `\ufffd${colour ?? ''}`;
  });
}

/** Control characters, those that direct text, and the breaks of lines that are not ours. */
const CONTROLS = /[\p{Cc}\u2028-\u202e\u2066-\u2069](\[[\d;]*m)?/gu;
/** Reset, bold, dim, and colours of the text: none that hides it. */
const OUR_COLOUR = /^\[(?:(?:0|1|2|22|3[0-79]|9[0-7])(?:;|(?=m)))+m$/;
