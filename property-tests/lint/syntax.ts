import { type ParserOptions, parse } from '@babel/parser';
import type { File, Node } from '@babel/types';

/** A node with where it stands; every node of a parsed file has a position. */
export interface Placed {
  readonly node: Node;
  /** From the file down to the node's parent. */
  readonly ancestors: readonly Node[];
}

const OPTIONS: ParserOptions = {
  sourceType: 'unambiguous',
  // One odd line should not keep the rest of a file from being checked.
  errorRecovery: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowUndeclaredExports: true,
};

/** @throws SyntaxError where not even a part can be read */
export function parseSource(path: string, text: string): File {
  const isJsx = /\.[jt]sx$|\.[cm]?js$/.test(path);
  const plugins: NonNullable<ParserOptions['plugins']> = ['typescript', 'decorators'];
  return parse(text, { ...OPTIONS, plugins: isJsx ? [...plugins, 'jsx'] : plugins });
}

/** Every node of the file, parents before children. */
export function* walk(
  node: Node,
  ancestors: readonly Node[] = [],
): Generator<Placed, void, undefined> {
  yield { node, ancestors };
  const below = [...ancestors, node];
  for (const [field, value] of Object.entries(node)) {
    if (SKIPPED.has(field)) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child, below);
    }
  }
}

const SKIPPED = new Set(['loc', 'extra', 'errors', 'comments', 'tokens'])
  .add('leadingComments')
  .add('trailingComments')
  .add('innerComments');

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string'
  );
}

/** The expression inside `await x`, `x!`, `x as T`, `(x)`. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'AwaitExpression':
      return unwrap(node.argument);
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return unwrap(node.expression);
    default:
      return node;
  }
}

/** `name` of `name`, `x.name`, `this.name`; undefined of anything else. */
export function lastName(node: Node): string | undefined {
  const inner = unwrap(node);
  if (inner.type === 'Identifier') return inner.name;
  if (inner.type === 'PrivateName') return inner.id.name;
  if (inner.type === 'MemberExpression' || inner.type === 'OptionalMemberExpression') {
    if (!inner.computed) return lastName(inner.property);
  }
  return undefined;
}

/** A call of a method: what it is called on, its name, its arguments. */
export interface MethodCall {
  readonly on: Node;
  readonly method: string;
  readonly args: readonly Node[];
}

export function asMethodCall(node: Node): MethodCall | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'OptionalCallExpression') return undefined;
  const callee = unwrap(node.callee);
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') {
    return undefined;
  }
  const method = lastName(callee);
  return method === undefined ? undefined : { on: callee.object, method, args: node.arguments };
}

/** The text of a string, or of a template without anything put in. */
export function literalText(node: Node | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}
