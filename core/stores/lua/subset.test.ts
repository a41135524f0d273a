import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { findBreaches } from './subset.ts';

const folder = mkdtempSync(join(tmpdir(), 'partywall-subset-'));
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  noEmit: true,
};

let count = 0;

function breachesOf(body: string): string[] {
  count += 1;
  const path = join(folder, `sample-${count}.ts`);
  const parameters = 'n: number, s: string, b: boolean, list: string[], maybe: string | undefined';
  writeFileSync(path, `export function sample(${parameters}): unknown {\n${body}\n}\n`);
  return findBreaches([path], OPTIONS).map(({ what }) => what);
}

describe('the subset of TypeScript that means the same in Lua', () => {
  it.each([
    'let sum = 0; for (const one of list) { if (one !== s) sum += n; } return sum;',
    "if (b && n > 0 && maybe !== undefined) list.push(s + 'x'); return list.length;",
    'return Math.floor(n / 2) + Math.max(n, 1);',
    'return [n, maybe ?? s];',
  ])('takes %s', (body) => {
    expect(breachesOf(body)).toEqual([]);
  });

  it.each([
    ['if (n) return 1; return 0;', 'a condition that is not boolean'],
    ['return s ? 1 : 0;', 'a condition that is not boolean'],
    ["return maybe || 'x';", 'a condition that is not boolean'],
    ['while (list.length) list.push(s); return 0;', 'a condition that is not boolean'],
    ['return !maybe;', 'a condition that is not boolean'],
    ['return n % 3;', '%: its sign differs for negative operands'],
    ['return s.length;', '.length of a string: Lua counts bytes'],
    ["return s.startsWith('x');", '.startsWith of a string: Lua counts bytes'],
    ['return s[0];', 'a character of a string: Lua counts bytes'],
    [
      'for (const letter of s) list.push(letter); return list;',
      'the characters of a string: Lua counts bytes',
    ],
    ['return Object.keys(list);', 'Object.keys'],
    ['return list.sort();', '.sort of an array'],
    ['return list.map((one) => one);', '.map of an array'],
    ['return s + n;', 'a number becoming text: it would lose digits'],
    ['return `\u0024{n}`;', 'a template: numbers in it would lose digits'],
    ['return String(n);', 'String()'],
    ['return Number(s);', 'Number()'],
    ['return Math.random();', 'Math.random'],
    ['return Math.round(n);', 'Math.round'],
    ['return n & 1;', 'a bit operator'],
    ['return [maybe];', 'undefined in an array: it ends a Lua table'],
    ['return null;', 'null: it equals undefined in Lua'],
    ['for (const at in list) list.push(at); return 0;', 'for..in: objects have no order'],
    ['return Date.now();', 'Date.now'],
    ['try { return 1; } catch { return 2; }', 'try'],
  ])('refuses %s', (body, what) => {
    expect(breachesOf(body)).toContain(what);
  });
});
