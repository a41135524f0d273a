import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { AdapterFault } from './adapter-fault.ts';
import { callBounded } from './call-bounded.ts';
import { parseAmounts } from './check-flags.ts';
import { loadAdapter } from './load-adapter.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-load-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const RIGHT = 'export default { name: "mine", open: async () => ({}) };';

describe('an adapter module', () => {
  it.each(['a.js', 'a.mjs', 'a.ts', 'a.mts'])('is loaded from %s', async (name) => {
    const text = name.includes('ts') ? RIGHT.replace(/;$/, ' satisfies object;') : RIGHT;
    write('package.json', '{"type":"module"}');

    expect(await loadAdapter(write(name, text))).toMatchObject({ name: 'mine' });
  });

  it('may import its neighbours and packages of Node', async () => {
    write('name.ts', 'export const name: string = "from beside";');
    const text =
      'import { join } from "node:path"; import { name } from "./name.ts";\n' +
      'export default { name: join(name, "x"), open: async () => ({}) };';

    expect((await loadAdapter(write('b.ts', text))).name).toBe(join('from beside', 'x'));
  });

  it.each([
    ['c.txt', RIGHT, '.txt, expected a module'],
    ['c1.mjs', 'export const adapter = 1;', 'no default export'],
    ['c2.mjs', 'export default 42;', 'exports a value of type number'],
    ['c3.mjs', 'export default {};', 'name: missing, expected text'],
    ['c4.mjs', 'export default {};', 'open: missing, expected a function'],
    ['c5.mjs', 'export default { name: "x", open() {}, traits: { lossy: 1 } };', 'traits.lossy'],
    ['c5a.mjs', 'export default { name: "x", open() {}, traits: { localtier: true } };', 'one of'],
    [
      'c5b.mjs',
      'export default { name: "x", open() {}, traits: { ttlGranularityMs: -5 } };',
      'traits.ttlGranularityMs: -5, expected milliseconds, 0 or more',
    ],
    ['c6.mjs', 'throw new Error("at load");', 'cannot be loaded, Error: at load'],
    ['c7.ts', 'export default {{', 'does not compile, c7.ts:1: '],
    ['c8.ts', 'import x from "no-such-package"; export default x;', 'no-such-package'],
    ['c9.mjs', 'export default {', 'cannot be loaded'],
  ])('%s (%s) is refused', async (name, text, message) => {
    const loading = loadAdapter(write(name, text));

    await expect(loading).rejects.toThrow(BadInputError);
    await expect(loading).rejects.toThrow(message);
  });

  it.each([
    [
      'd1.ts',
      'beside.ts',
      'import "redisx";',
      'beside.ts:2 imports redisx, which is not installed',
    ],
    ['d2.ts', 'beside.ts', 'import "./no.ts";', 'beside.ts:2 imports ./no.ts, which is not there'],
    ['d3.ts', 'beside.ts', 'const a = ;', 'does not compile, beside.ts:2: '],
    ['d4.mjs', 'd4b.mjs', 'import "redisx";', 'd4b.mjs:2 imports redisx, which is not installed'],
    ['d5.mjs', 'd5b.mjs', 'import "./no.mjs";', 'no.mjs, which is not there'],
  ])('that imports a broken file is refused (%s), naming file and line', async (...given) => {
    const [name, beside, line, message] = given;
    write(beside, `// The module beside it.\n${line}\n`);

    const loading = loadAdapter(write(name, `import "./${beside}";\n${RIGHT}`));

    await expect(loading).rejects.toThrow(BadInputError);
    await expect(loading).rejects.toThrow(message);
  });

  it('that is not there is refused', async () => {
    await expect(loadAdapter(join(folder, 'none.ts'))).rejects.toThrow('not a file');
  });
});

describe('a call of an adapter', () => {
  it('that never answers ends with a fault that names it', async () => {
    const hanging = callBounded('get()', () => new Promise(() => {}), 50);

    await expect(hanging).rejects.toThrow(AdapterFault);
    await expect(hanging).rejects.toThrow('adapter get(): no answer within 0.05 s');
  });

  it('that answers or throws is left as it is', async () => {
    expect(await callBounded('get()', async () => 7)).toBe(7);
    const throwing = callBounded('get()', () => Promise.reject(new RangeError('no')));
    await expect(throwing).rejects.toThrow(RangeError);
  });
});

describe('amounts', () => {
  it('have usual values, and a seed that is drawn', () => {
    expect(parseAmounts({}, () => 5)).toEqual({ seed: 5, tries: 160, minutes: 0.5 });
    expect(parseAmounts({ seed: '7', tries: '9', minutes: '2' }, () => 5)).toEqual({
      ...{ seed: 7, tries: 9, minutes: 2 },
    });
  });

  it('that cannot be are all named at once', () => {
    const parse = () => parseAmounts({ seed: '-1', tries: '1.5', minutes: '' }, () => 5);

    expect(parse).toThrow(BadInputError);
    expect(parse).toThrow(/--seed: -1.*\n--tries: 1\.5.*\n--minutes: \(empty\)/);
  });
});
