/** The colours of a page by role, for light and for dark surroundings; a test checks contrast. */
export const colours = {
  light: {
    page: '#ffffff',
    panel: '#f4f5f7',
    text: '#1c2127',
    quiet: '#4f5b67',
    line: '#c9d0d7',
    link: '#0b5cad',
    good: '#1a7431',
    bad: '#b3261e',
    open: '#855400',
    grey: '#5a6672',
    blue: '#0b6e99',
    red: '#b3261e',
    green: '#1a7431',
    amber: '#9a5b00',
    violet: '#6d3fc0',
  },
  dark: {
    page: '#15181c',
    panel: '#1f242a',
    text: '#e8ecf0',
    quiet: '#aab4bf',
    line: '#3b444d',
    link: '#7cb8ff',
    good: '#57d17a',
    bad: '#ff8a80',
    open: '#f0b848',
    grey: '#a9b4c0',
    blue: '#5cc2ee',
    red: '#ff8a80',
    green: '#57d17a',
    amber: '#f0b848',
    violet: '#b69cff',
  },
} as const;

/** What a word or a figure says: pass, fail, neither, or nothing of the kind. */
export type Tone = 'good' | 'bad' | 'open' | 'quiet';
/** How a series of a chart is drawn; each has a symbol and a dash of its own beside the colour. */
export type SeriesStyle = 'grey' | 'blue' | 'red' | 'green' | 'amber' | 'violet';

/** A colour as CSS, which follows the reader's light or dark surroundings. */
export function cssColour(role: keyof (typeof colours)['light']): string {
  return `var(--${role})`;
}

/** Declarations of all colours of one scheme. */
export function declareColours(scheme: keyof typeof colours): string {
  return Object.entries(colours[scheme])
    .map(([role, colour]) => `--${role}:${colour}`)
    .join(';');
}
