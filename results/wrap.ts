/** Reports fit a terminal of this many columns. */
export const reportWidth = 80;

/** Breaks text at blanks so that no line is wider than the report, or than `width` columns. */
export function wrap(text: string, indent = '', width = reportWidth): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const blank = line.trim() === '' || line === indent ? '' : ' ';
    if (line.length + blank.length + word.length > width && line.trim() !== indent.trim()) {
      lines.push(line);
      line = ' '.repeat(indent.length) + word;
    } else {
      line += blank + word;
    }
  }
  return [...lines, line].join('\n');
}
