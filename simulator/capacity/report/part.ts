/**
 * A report before it has a format: parts of text, tables and charts. Markdown, HTML and CSV are
 * rendered from the same parts, so they cannot say different things.
 */
export interface Part {
  /** Letters, digits, dashes; unique in the report. */
  readonly id: string;
  readonly title: string;
  /** Sentences, one a paragraph. */
  readonly text?: readonly string[];
  readonly tables?: readonly PartTable[];
  readonly charts?: readonly PartChart[];
}

export interface PartTable {
  readonly id: string;
  /** What the table holds, with units. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly PartCell[])[];
  /** Rows that Markdown shows; HTML and CSV have all. */
  readonly rowsShown?: number;
}

/** Text, or a number and how it is spelled; numbers are right-aligned and sort by value. */
export type PartCell = string | { readonly value: number; readonly text: string };

export interface PartChart {
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a sentence. */
  readonly summary: string;
  readonly x: { readonly label: string; readonly isLog?: boolean };
  readonly y: { readonly label: string; readonly domain?: readonly [number, number] };
  readonly series: readonly PartSeries[];
  readonly rules?: readonly {
    readonly at: number;
    readonly label: string;
    readonly axis: 'x' | 'y';
  }[];
}

export interface PartSeries {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}
