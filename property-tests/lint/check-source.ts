import type { File, Node } from '@babel/types';
import { Bindings } from './bindings.ts';
import { commandOf, namesKeyFirst, namesOnlyKeys } from './commands.ts';
import { elementsOf, isRawInPattern, partsOf } from './key-parts.ts';
import { takesKeyFromArgv } from './lua-keys.ts';
import { RedisClients } from './redis-clients.ts';
import { type Finding, RULES, type RuleName } from './rules.ts';
import { applySuppressions, parseSuppressions } from './suppressions.ts';
import { asMethodCall, literalText, type Placed, parseSource, unwrap, walk } from './syntax.ts';

export interface CheckOptions {
  readonly isTenant: (name: string) => boolean;
  /** Whether every command on a client is a finding: where a tenant cache is in use. */
  readonly rawClient: boolean;
}

/** What the rules say of one source file. Pure. */
export function checkSource(path: string, text: string, options: CheckOptions): Finding[] {
  let file: File;
  try {
    file = parseSource(path, text);
  } catch (error) {
    const { line = 1, column = 0 } =
      (error as { loc?: { line: number; column: number } }).loc ?? {};
    const message = `${RULES.unreadable} (${error instanceof Error ? error.message : error})`;
    return [{ file: path, line, column: column + 1, rule: 'unreadable', message }];
  }
  const checker = new Checker(path, file, options);
  for (const placed of walk(file)) checker.check(placed);
  return applySuppressions(checker.findings, parseSuppressions(path, file.comments ?? []));
}

/** A command sent to a client, however it was written. */
interface Command {
  readonly name: string;
  readonly args: readonly Node[];
}

class Checker {
  readonly findings: Finding[] = [];
  private readonly path: string;
  private readonly clients: RedisClients;
  private readonly bindings: Bindings;
  private readonly options: CheckOptions;

  constructor(path: string, file: File, options: CheckOptions) {
    this.path = path;
    this.clients = new RedisClients(file);
    this.bindings = new Bindings(file);
    this.options = options;
  }

  check(placed: Placed): void {
    const call = asMethodCall(placed.node);
    if (call === undefined || !this.clients.isClient(call.on)) return;
    const { name, args } = commandFrom(commandOf(call.method), call.args);
    if (name === 'flushall' || name === 'flushdb') this.find(placed.node, 'flush');
    else if (name === 'keys') this.checkKeys(placed, args);
    else if (name === 'eval' || name === 'definecommand') this.checkScript(placed, args);
    else if (/^(?:[hsz]?scan|scanstream|[hsz]scanstream|scaniterator)$/.test(name)) {
      this.checkPattern(placed, args);
    }
    if (namesKeyFirst(name)) this.checkCommand(placed, name, args);
  }

  private checkKeys({ node }: Placed, args: readonly Node[]): void {
    // A Map has keys() as well; a client is always asked for a pattern.
    if (args.length > 0) this.find(node, 'keys');
  }

  private checkCommand(placed: Placed, name: string, args: readonly Node[]): void {
    if (this.options.rawClient) this.find(placed.node, 'raw-client');
    const keys = (namesOnlyKeys(name) ? args : args.slice(0, 1)).flatMap((arg) => {
      const elements = elementsOf(unwrap(arg));
      return elements.length > 0 ? elements : [arg];
    });
    for (const key of keys) {
      const raw = partsOf(key, placed, this.bindings).find(
        (part) => !part.isEncoded && this.options.isTenant(part.name),
      );
      if (raw !== undefined) this.find(placed.node, 'tenant-key', raw.name);
    }
  }

  private checkPattern(placed: Placed, args: readonly Node[]): void {
    for (const pattern of patternsOf(args)) {
      const raw = partsOf(pattern, placed, this.bindings).find(isRawInPattern);
      if (raw !== undefined) this.find(placed.node, 'scan-pattern', raw.name);
    }
  }

  private checkScript(placed: Placed, args: readonly Node[]): void {
    for (const arg of args.slice(0, 2)) {
      for (const { node } of walk(arg)) {
        const value = node.type === 'Identifier' ? this.bindings.valueOf(node.name, placed) : node;
        const lua = luaOf(value);
        if (lua !== undefined && takesKeyFromArgv(lua)) this.find(placed.node, 'eval-keys');
      }
    }
  }

  private find(node: Node, rule: RuleName, what?: string): void {
    const { line, column } = node.loc?.start ?? { line: 1, column: 0 };
    const message = what === undefined || what === '' ? RULES[rule] : `${RULES[rule]} (${what})`;
    const finding = { file: this.path, line, column: column + 1, rule, message };
    // DEL of two such keys is one call, and one finding.
    const isKnown = this.findings.some(
      (one) => one.rule === rule && one.line === line && one.column === finding.column,
    );
    if (!isKnown) this.findings.push(finding);
  }
}

/** `call('GET', k)`, `sendCommand(['GET', k])` and `get(k)` are the same. */
function commandFrom(method: string, args: readonly Node[]): Command {
  if (!/^(?:call|sendcommand|executecommand)$/.test(method)) return { name: method, args };
  const words = args.flatMap((arg) => {
    const elements = elementsOf(unwrap(arg));
    return elements.length > 0 ? elements : [arg];
  });
  return { name: literalText(words[0])?.toLowerCase() ?? method, args: words.slice(1) };
}

/** What follows MATCH, or stands beside it in options: `scan(0, 'MATCH', p)`, `{ match: p }`. */
function patternsOf(args: readonly Node[]): Node[] {
  return args.flatMap((arg, at) => {
    const node = unwrap(arg);
    if (literalText(node)?.toLowerCase() === 'match') {
      const next = args[at + 1];
      return next === undefined ? [] : [next];
    }
    if (node.type !== 'ObjectExpression') return [];
    return node.properties.flatMap((one) =>
      one.type === 'ObjectProperty' && one.key.type === 'Identifier' && isMatch(one.key.name)
        ? [one.value]
        : [],
    );
  });
}

function isMatch(name: string): boolean {
  return name.toLowerCase() === 'match';
}

/** The text of a script; what a template puts in stands as a blank. */
function luaOf(node: Node | undefined): string | undefined {
  if (node?.type === 'TemplateLiteral') {
    return node.quasis.map(({ value }) => value.cooked ?? '').join(' ');
  }
  return literalText(node);
}
