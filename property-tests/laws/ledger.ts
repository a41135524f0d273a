import type { Value } from '../../core/stores/store.ts';
import { spellValue, type ValueForm } from '../arbitraries/values.ts';

/** How a written value looks; `bytes` are handed over as an array that can be tampered with. */
export type WrittenForm = ValueForm | 'bytes';

/** One value that a tenant wrote, or its loader fetched; unlike every other one of the house. */
export interface Written {
  readonly who: number;
  readonly key: string;
  readonly tags: readonly string[];
  /** Counts the tenant's own values, so that nobody else's doing changes it. */
  readonly serial: number;
  readonly value: Value;
  readonly ttlMs: number;
}

/** Remembers every value of a house by what it looks like, so that each read names its writer. */
export class Ledger {
  private readonly byText = new Map<string, Written>();
  private readonly counts = [0, 0];

  /** A new value, as it goes into the cache. */
  write(
    who: number,
    key: string,
    { form, tags, ttlMs }: Pick<Written, 'tags' | 'ttlMs'> & { readonly form: WrittenForm },
  ): Written {
    const serial = (this.counts[who] ?? 0) + 1;
    this.counts[who] = serial;
    const token = `<${who}.${serial}>`;
    const text = form === 'bytes' ? token : spellValue(form, token);
    const value = form === 'bytes' ? Buffer.from(text) : text;
    const written = { who, key, tags, serial, value, ttlMs };
    this.byText.set(text, written);
    return written;
  }

  /** Who wrote it; undefined if nobody did. */
  find(value: Value): Written | undefined {
    return this.byText.get(typeof value === 'string' ? value : Buffer.from(value).toString());
  }
}
