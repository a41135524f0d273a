import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { inlineMain } from './inline.ts';
import { sinkDeclarations } from './sink.ts';

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('script.ts', text, ts.ScriptTarget.ES2022, true);
}

function rewrite(text: string): string {
  const file = parse(text);
  const printer = ts.createPrinter();
  return sinkDeclarations(inlineMain(file))
    .map((one) => printer.printNode(ts.EmitHint.Unspecified, one, file))
    .join('\n');
}

/** Runs a script's main with `ask`, which gives the inputs in turn and logs that it was asked. */
function run(text: string, inputs: readonly number[]): unknown {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  const log: string[] = [];
  let at = 0;
  const ask = (name: string): number => {
    log.push(name);
    at += 1;
    return inputs[(at - 1) % inputs.length] ?? 0;
  };
  const result: unknown = new Function('ask', `${outputText}\nreturn main();`)(ask);
  return { result, log };
}

const SCRIPT = `
declare function ask(this: void, name: string): number;
let total = 0;
let notes: string[] = [];
const first = ask('first');
const doubled = first * 2;
let untouched = 7;
function isOdd(n: number): boolean {
  return n - Math.floor(n / 2) * 2 === 1;
}
function note(what: string): void {
  notes.push(what);
}
function early(n: number): number {
  if (n > 5) {
    note('big');
    return n;
  }
  for (const one of [1, 2]) total += one;
  if (isOdd(n) && ask('odd') > 2) return -1;
  const n2 = n + 1;
  return n2;
}
function inLoop(n: number): boolean {
  for (const one of [1, 2, 3]) {
    if (one === n) return true;
  }
  return false;
}
function nested(n: number, m: number): number {
  const a = early(n);
  const b = early(m);
  return isOdd(a) ? a : b;
}
function main(): unknown {
  const n = ask('n');
  if (!isOdd(n)) {
    total += nested(n, ask('m'));
  } else if (inLoop(n)) {
    const x = nested(n, doubled);
    total += x;
    note('x');
  } else {
    early(n);
    for (const one of [n, doubled]) {
      const y = early(one);
      if (y > 3 && isOdd(y)) note('y');
    }
  }
  if (total > 10) total = untouched;
  return [total, notes, early(total), untouched];
}
`;

describe('writing functions out where they are called', () => {
  it('changes neither results nor the order of what is asked for', () => {
    const rewritten = rewrite(SCRIPT);
    for (let a = 0; a < 8; a += 1) {
      for (let b = 0; b < 8; b += 1) {
        const inputs = [a, b, (a * b) % 5];
        expect(run(rewritten, inputs), `${inputs}`).toEqual(run(SCRIPT, inputs));
      }
    }
  });

  it('leaves no function that could be written out, and puts the others where they are used', () => {
    const rewritten = rewrite(`
      function once(n: number): number { if (n > 1) return 2; return 1; }
      function loops(n: number): boolean { for (const one of [1]) { if (one === n) return true; } return false; }
      function unused(): void {}
      function main(): number { const a = once(3); if (a > 5) { if (loops(a)) return 1; } return a; }
    `);

    expect(rewritten).not.toMatch(/function once|function unused/);
    expect(rewritten).toMatch(/if \(a > 5\) \{\s*function loops/);
  });

  it('moves nothing whose value depends on when it is computed', () => {
    const rewritten = rewrite(`
      declare function ask(this: void, name: string): number;
      const time = ask('time');
      const text = 'late';
      function main(): unknown { ask('n'); if (time > 0) { return text; } return time; }
    `);

    expect(rewritten.indexOf("ask('time')")).toBeLessThan(rewritten.indexOf("ask('n')"));
    expect(rewritten.indexOf('text =')).toBeGreaterThan(rewritten.indexOf('if (time > 0)'));
  });

  it('refuses a local that would capture what is written out beside it', () => {
    const script = `
      let total = 0;
      function add(): void { total += 1; }
      function main(): number { const total = 5; add(); return total; }
    `;
    expect(() => rewrite(script)).toThrow(/main: total is also the name of something at the top/);
  });
});
