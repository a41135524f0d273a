import type { File, Node } from '@babel/types';
import { asMethodCall, lastName, literalText, unwrap, walk } from './syntax.ts';

const MODULES = /^(?:ioredis|iovalkey|redis|@redis\/client|@upstash\/redis)(?:$|\/)/;
/** Names of a module of clients that make one, or are the type of one. */
const MAKERS = /^(?:createClient|createCluster|createClientPool|createSentinel|fromEnv)$/;
const CLASSES = /^(?:default|Redis|IORedis|Valkey|Cluster|RedisCluster)$/;
const TYPES = /redis|valkey|cluster|pipeline|commander/i;
/** How people name a client that another module made: `redis`, `cacheRedis`, `redisClient`. */
const NAMES = /redis(?:Client|Connection|Conn|Instance|Cluster|Pub|Publisher|Db)?$/i;
const GETTERS = /^(?:get|use|create|make|connect)\w*redis(?:Client|Connection|Instance|Cluster)?$/i;
/** What a client hands out that is sent commands as it is. */
const DERIVED = new Set(['multi', 'pipeline', 'duplicate', 'connect', 'withCommandOptions']);

/** Which expressions of a file are Redis clients: by where they come from, or by their name. */
export class RedisClients {
  /** Whether the file imports a client library itself. */
  readonly importsLibrary: boolean;
  private readonly imported = new Map<string, string>();
  private readonly names = new Set<string>();

  constructor(file: File) {
    const nodes = [...walk(file)].map(({ node }) => node);
    for (const node of nodes) this.noteImport(node);
    this.importsLibrary = this.imported.size > 0;
    for (const node of nodes) this.noteTyped(node);
    // A name may be given a client that is named further down.
    for (let round = 0; round < 2; round += 1) for (const node of nodes) this.noteGiven(node);
  }

  isClient(expression: Node): boolean {
    const node = unwrap(expression);
    if (node.type === 'NewExpression') return this.isClass(node.callee);
    const call = asMethodCall(node);
    if (call !== undefined) {
      if (DERIVED.has(call.method)) return this.isClient(call.on);
      if (MAKERS.test(call.method) && this.isImported(call.on)) return true;
      // A pipeline hands itself out after every command.
      return GETTERS.test(call.method) || this.isPipeline(call.on);
    }
    if (node.type === 'CallExpression') {
      const name = lastName(node.callee);
      if (name === undefined) return false;
      return MAKERS.test(this.imported.get(name) ?? '') || GETTERS.test(name);
    }
    const name = lastName(node);
    if (name === undefined || this.imported.has(name)) return false;
    return this.names.has(name) || NAMES.test(name);
  }

  private isPipeline(node: Node): boolean {
    const call = asMethodCall(unwrap(node));
    if (call === undefined) return false;
    const begins = call.method === 'multi' || call.method === 'pipeline';
    return begins ? this.isClient(call.on) : this.isPipeline(call.on);
  }

  private isImported(node: Node): boolean {
    const inner = unwrap(node);
    return inner.type === 'Identifier' && this.imported.has(inner.name);
  }

  private isClass(callee: Node): boolean {
    const node = unwrap(callee);
    if (node.type === 'MemberExpression') return this.isImported(node.object);
    return node.type === 'Identifier' && CLASSES.test(this.imported.get(node.name) ?? '');
  }

  private noteImport(node: Node): void {
    if (node.type === 'ImportDeclaration' && MODULES.test(node.source.value)) {
      for (const one of node.specifiers) {
        const name = one.type === 'ImportSpecifier' ? lastName(one.imported) : 'default';
        this.imported.set(one.local.name, name ?? 'default');
      }
    }
    if (node.type !== 'VariableDeclarator' || !node.init) return;
    const call = unwrap(node.init);
    if (call.type !== 'CallExpression' || lastName(call.callee) !== 'require') return;
    if (!MODULES.test(literalText(call.arguments[0]) ?? '')) return;
    if (node.id.type === 'Identifier') this.imported.set(node.id.name, 'default');
    if (node.id.type !== 'ObjectPattern') return;
    for (const one of node.id.properties) {
      if (one.type !== 'ObjectProperty') continue;
      const [from, to] = [lastName(one.key), lastName(one.value)];
      if (from !== undefined && to !== undefined) this.imported.set(to, from);
    }
  }

  /** Variables, parameters and fields whose type comes from a client library. */
  private noteTyped(node: Node): void {
    if (node.type !== 'Identifier' && node.type !== 'ClassProperty') return;
    const annotation = node.typeAnnotation;
    if (!annotation) return;
    for (const { node: part } of walk(annotation)) {
      if (part.type !== 'TSTypeReference') continue;
      const of = part.typeName;
      const root = of.type === 'TSQualifiedName' ? of.left : of;
      const imported = root.type === 'Identifier' ? this.imported.get(root.name) : undefined;
      const isClientType =
        imported !== undefined && (TYPES.test(imported) || imported === 'default');
      if (isClientType) this.noteName(node.type === 'Identifier' ? node : node.key);
    }
  }

  private noteGiven(node: Node): void {
    if (node.type === 'VariableDeclarator' && node.init && this.isClient(node.init)) {
      this.noteName(node.id);
    } else if (node.type === 'AssignmentExpression' && this.isClient(node.right)) {
      this.noteName(node.left);
    } else if (node.type === 'ClassProperty' && node.value && this.isClient(node.value)) {
      this.noteName(node.key);
    }
  }

  private noteName(node: Node): void {
    const name = lastName(node);
    if (name !== undefined) this.names.add(name);
  }
}
