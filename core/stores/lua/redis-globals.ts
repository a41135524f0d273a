/**
 * What Redis's Lua offers a script, as far as ours use it. Ambient: nothing of this exists in Node.
 * Positions in Lua strings count bytes from 1.
 */

/** Of the tenant asked for: its state, its recency index, an entry (or the prefix of entries). */
export declare const KEYS: readonly [string, string, string];
export declare const ARGV: readonly string[];

export declare const redis: {
  /** A missing value comes back as `false`. Numbers reach Redis exact (%.17g). */
  call<Reply>(this: void, command: string, ...words: readonly (string | number)[]): Reply;
};

/** undefined for anything that spells no number, `false` included. */
export declare function tonumber(this: void, text: string | false | undefined): number | undefined;

export declare const string: {
  sub(this: void, text: string, from: number, to?: number): string;
  /** Bytes. */
  len(this: void, text: string): number;
  /** `%d` takes whole numbers only. */
  format(this: void, form: string, ...values: readonly (number | string)[]): string;
  /** Position of a plain text, looked for from `from` on. */
  find(this: void, text: string, sought: string, from: number, plain: true): number | undefined;
};

/** What a Lua function with several results returns. */
type SeveralResults<Results extends unknown[]> = Results & { readonly __tstlMultiReturn: true };

/** Lua's struct library: `>` big-endian, `d` a number as its eight bytes, none of its digits lost. */
export declare const struct: {
  pack(this: void, form: string, ...values: readonly number[]): string;
  /** As many numbers as the form names; behind them the position where reading ended. */
  unpack(
    this: void,
    form: string,
    packed: string,
  ): SeveralResults<[number, number, number, number, number, number, number]>;
};

export declare const cmsgpack: {
  pack(this: void, value: readonly string[]): string;
  unpack(this: void, packed: string): string[];
};
