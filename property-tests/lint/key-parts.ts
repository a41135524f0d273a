import type { Node } from '@babel/types';
import type { Bindings } from './bindings.ts';
import { asMethodCall, lastName, literalText, type Placed, unwrap } from './syntax.ts';

/** Something that is not fixed text, put into a key or pattern. */
export interface Part {
  /** How it is called: the last name of `request.tenant.id` but a bare `id`, then the one before. */
  readonly name: string;
  /** Whether it went through something like encodeURIComponent or a hash. */
  readonly isEncoded: boolean;
}

const ENCODERS = /encode|escape|hash|digest|sha\d|quote|sanitize/i;
/** Calls that hand on what they are given, near enough. */
const TRANSPARENT = /^(?:String|toString|trim|toLowerCase|toUpperCase|valueOf)$/;
/** Bounds the work on files that define names in circles. */
const DEPTH_MAX = 6;

/** The parts that a text is put together from; none where it is not put together in this file. */
export function partsOf(expression: Node, at: Placed, bindings: Bindings): Part[] {
  return build(expression, at, bindings, 0) ?? [];
}

/** Undefined where the expression is no putting together: it is then a part itself. */
function build(
  expression: Node,
  at: Placed,
  bindings: Bindings,
  depth: number,
): Part[] | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const node = unwrap(expression);
  const below = (one: Node) => build(one, at, bindings, depth + 1);
  const parts = (nodes: readonly Node[]) =>
    nodes.flatMap((one) => (literalText(one) === undefined ? (below(one) ?? [partFrom(one)]) : []));

  switch (node.type) {
    case 'TemplateLiteral':
      return parts(node.expressions);
    case 'BinaryExpression':
      return node.operator === '+' ? parts([node.left, node.right]) : undefined;
    case 'ConditionalExpression':
      return join(below(node.consequent), below(node.alternate));
    case 'LogicalExpression':
      return join(below(node.left), below(node.right));
    case 'Identifier': {
      const value = bindings.valueOf(node.name, at);
      return value === undefined || value === node ? undefined : fixedOr(value, below);
    }
    case 'CallExpression': {
      const call = asMethodCall(node);
      if (call?.method === 'join' && unwrap(call.on).type === 'ArrayExpression') {
        return parts(elementsOf(unwrap(call.on)));
      }
      if (call?.method === 'concat') return parts([call.on, ...call.args]);
      const name = lastName(node.callee);
      const isOwn = call === undefined || unwrap(call.on).type === 'ThisExpression';
      const returned = name !== undefined && isOwn ? bindings.returnedBy(name) : undefined;
      return returned === undefined ? undefined : below(returned);
    }
    default:
      return undefined;
  }
}

function fixedOr(value: Node, below: (one: Node) => Part[] | undefined): Part[] | undefined {
  return literalText(value) === undefined ? below(value) : [];
}

function join(left: Part[] | undefined, right: Part[] | undefined): Part[] | undefined {
  return left === undefined && right === undefined
    ? undefined
    : [...(left ?? []), ...(right ?? [])];
}

export function elementsOf(node: Node): Node[] {
  if (node.type !== 'ArrayExpression') return [];
  return node.elements.filter((one) => one !== null);
}

function partFrom(expression: Node): Part {
  const node = unwrap(expression);
  if (node.type === 'CallExpression') {
    const name = lastName(node.callee) ?? '';
    const call = asMethodCall(node);
    const inner = call !== undefined && TRANSPARENT.test(name) ? call.on : node.arguments[0];
    if (TRANSPARENT.test(name) && inner !== undefined) return partFrom(inner);
    return { name, isEncoded: ENCODERS.test(name) };
  }
  const own = lastName(node) ?? '';
  if (GENERIC.test(own) && node.type === 'MemberExpression') {
    return { name: `${lastName(node.object) ?? ''}.${own}`, isEncoded: false };
  }
  return { name: own, isEncoded: false };
}

/** Says nothing without what it belongs to: `tenant.id`. */
const GENERIC = /^(?:id|_id|uuid|slug|name|key|value)$/;

/** Not `customer`, `user` or `project`: in public code these are mostly inside a tenant. */
const DEFAULT_TENANT_WORDS = [
  ...['tenant', 'org', 'organization', 'organisation', 'workspace', 'account', 'company', 'team'],
];

/** Whether a name is a tenant's: `tenantId`, `org.slug`, `workspace_uuid`, `currentTenant`. */
export function makeTenantTest(moreWords: readonly string[]): (name: string) => boolean {
  const words = [...DEFAULT_TENANT_WORDS, ...moreWords].join('|');
  const end = '(?:[._]?(?:id|uid|uuid|slug|key|name|ref|external_?id))?$';
  const test = new RegExp(`(?:^|[._]|(?<=[a-z])(?=[A-Z]))(?:${words})${end}`, 'i');
  return (name) => test.test(name);
}

/** Text that is fixed, or meant to be a pattern, by how it is called. */
const HARMLESS_IN_PATTERN = /^$|prefix$|namespace$|pattern$|glob$|separator$|suffix$/i;
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;

export function isRawInPattern({ name, isEncoded }: Part): boolean {
  return !isEncoded && !HARMLESS_IN_PATTERN.test(name) && !CONSTANT.test(name);
}
