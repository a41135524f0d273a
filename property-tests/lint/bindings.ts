import type { File, Node } from '@babel/types';
import { lastName, type Placed, unwrap, walk } from './syntax.ts';

/** What the names of a file stand for, as far as one file tells. */
export class Bindings {
  private readonly values = new Map<string, { readonly scope: Node; readonly value: Node }[]>();
  private readonly functions = new Map<string, Node>();

  constructor(file: File) {
    for (const { node, ancestors } of walk(file)) this.note(node, ancestors);
  }

  /** The value that the name was given in the innermost scope around a use of it. */
  valueOf(name: string, { ancestors }: Placed): Node | undefined {
    const known = this.values.get(name) ?? [];
    for (const scope of [...ancestors].reverse()) {
      const found = known.filter((one) => one.scope === scope);
      // Given twice, it may stand for either.
      if (found.length > 0) return found.length === 1 ? found[0]?.value : undefined;
    }
    return undefined;
  }

  /** What a function of this name returns, where it is one expression; methods count, too. */
  returnedBy(name: string): Node | undefined {
    return this.functions.get(name);
  }

  private note(node: Node, ancestors: readonly Node[]): void {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) {
      const value = unwrap(node.init);
      const scope = [...ancestors].reverse().find((one) => SCOPES.has(one.type));
      if (scope !== undefined) {
        const known = this.values.get(node.id.name) ?? [];
        this.values.set(node.id.name, [...known, { scope, value }]);
      }
      this.noteFunction(node.id.name, value);
    } else if (node.type === 'FunctionDeclaration' && node.id) {
      this.noteFunction(node.id.name, node);
    } else if (node.type === 'ClassMethod' || node.type === 'ObjectMethod') {
      const name = lastName(node.key);
      if (name !== undefined) this.noteFunction(name, node);
    } else if (node.type === 'ClassProperty' || node.type === 'ObjectProperty') {
      const name = lastName(node.key);
      if (name !== undefined && node.value) this.noteFunction(name, unwrap(node.value));
    } else if (node.type === 'ClassPrivateMethod' || node.type === 'ClassPrivateProperty') {
      this.noteFunction(node.key.id.name, node.type === 'ClassPrivateMethod' ? node : node.value);
    }
  }

  private noteFunction(name: string, node: Node | null | undefined): void {
    if (!node || !('body' in node) || !('params' in node)) return;
    const body = node.body as Node;
    if (body.type !== 'BlockStatement') this.functions.set(name, body);
    else {
      const last = body.body.at(-1);
      if (last?.type === 'ReturnStatement' && last.argument) {
        this.functions.set(name, last.argument);
      }
    }
  }
}

const SCOPES = new Set(
  'Program BlockStatement FunctionDeclaration FunctionExpression ArrowFunctionExpression'
    .concat(' ClassMethod ObjectMethod ForStatement ForOfStatement ForInStatement StaticBlock')
    .split(' '),
);
