import ts from 'typescript';
import type { InlinedScript } from './inline.ts';

/**
 * Puts every function and every variable of a script right before its first use, in the innermost
 * block that holds all uses: what a call of the script does not come to is then not created, and a
 * rejected request pays for nothing that only an admitted one needs.
 *
 * Nothing is moved into a loop or a function, and no variable whose value depends on when it is
 * computed.
 */
export function sinkDeclarations({ kept, body, functions }: InlinedScript): ts.Statement[] {
  const movable: ts.Statement[] = [];
  let rest: ts.Statement[] = [];
  const changing = assignedNames([...body, ...functions]);
  for (const statement of body) {
    const isAtTop = statement.pos >= 0 || ts.getOriginalNode(statement).pos >= 0;
    if (isAtTop && isMovable(statement, changing)) movable.push(statement);
    else rest.push(statement);
  }
  // Users come after what they use, so the last one is placed first.
  for (const statement of inUseOrder([...movable, ...functions])) {
    rest = place(statement, rest);
  }
  const main = ts.factory.createFunctionDeclaration(
    undefined,
    undefined,
    'main',
    undefined,
    [],
    undefined,
    ts.factory.createBlock(rest, true),
  );
  return [...kept, main];
}

/** Calls whose value does not depend on when they are made. */
const TIMELESS = /^(?:tonumber|string\.\w+|Math\.\w+)$/;

function isMovable(statement: ts.Statement, changing: ReadonlySet<string>): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  const [declaration] = statement.declarationList.declarations;
  if (declaration?.initializer === undefined) return false;
  let isTimeless = true;
  const walk = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && !TIMELESS.test(spell(node.expression))) isTimeless = false;
    if (ts.isIdentifier(node) && changing.has(node.text)) isTimeless = false;
    ts.forEachChild(node, walk);
  };
  walk(declaration.initializer);
  return isTimeless;
}

function spell(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? `${spell(node.expression)}.${node.name.text}` : '';
}

/** Names that are assigned to anywhere. */
function assignedNames(statements: readonly ts.Statement[]): Set<string> {
  const names = new Set<string>();
  const walk = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) {
        const targets = ts.isArrayLiteralExpression(node.left) ? node.left.elements : [node.left];
        for (const target of targets) if (ts.isIdentifier(target)) names.add(target.text);
      }
    }
    ts.forEachChild(node, walk);
  };
  for (const statement of statements) walk(statement);
  return names;
}

/** Each declaration after all that use it; those that nobody uses any more are left out by `place`. */
function inUseOrder(declarations: readonly ts.Statement[]): ts.Statement[] {
  const byName = new Map(declarations.map((one) => [declaredName(one), one]));
  const done = new Set<string>();
  const order: ts.Statement[] = [];
  const visit = (name: string): void => {
    const declaration = byName.get(name);
    if (declaration === undefined || done.has(name)) return;
    done.add(name);
    for (const used of mentionedNames(declaration)) if (used !== name) visit(used);
    order.unshift(declaration);
  };
  for (const name of byName.keys()) visit(name);
  return order;
}

function declaredName(statement: ts.Statement): string {
  if (ts.isFunctionDeclaration(statement) && statement.name !== undefined)
    return statement.name.text;
  const variable = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.name
    : undefined;
  if (variable === undefined || !ts.isIdentifier(variable)) {
    throw new Error('neither a function nor a variable');
  }
  return variable.text;
}

function mentionedNames(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const walk = (one: ts.Node): void => {
    if (ts.isIdentifier(one)) names.add(one.text);
    ts.forEachChild(one, walk);
  };
  walk(node);
  return names;
}

function place(declaration: ts.Statement, statements: readonly ts.Statement[]): ts.Statement[] {
  const name = declaredName(declaration);
  const users = statements.flatMap((one, at) => (mentionedNames(one).has(name) ? [at] : []));
  const [first, ...others] = users;
  if (first === undefined) return [...statements];
  const user = statements[first] as ts.Statement;
  const deeper = others.length === 0 ? placeInside(declaration, name, user) : undefined;
  const placed = deeper === undefined ? [declaration, user] : [deeper];
  return [...statements.slice(0, first), ...placed, ...statements.slice(first + 1)];
}

/** The statement with the declaration inside, if one of its blocks, run at most once, has all uses. */
function placeInside(
  declaration: ts.Statement,
  name: string,
  user: ts.Statement,
): ts.Statement | undefined {
  const { factory } = ts;
  const inside = (block: ts.Statement): ts.Block =>
    factory.createBlock(place(declaration, (block as ts.Block).statements), true);
  if (ts.isBlock(user)) return inside(user);
  if (ts.isDoStatement(user))
    return factory.createDoStatement(inside(user.statement), user.expression);
  if (!ts.isIfStatement(user) || mentionedNames(user.expression).has(name)) return undefined;
  const { expression, thenStatement, elseStatement } = user;
  const inThen = mentionedNames(thenStatement).has(name);
  const inElse = elseStatement !== undefined && mentionedNames(elseStatement).has(name);
  if (inThen && inElse) return undefined;
  if (inThen) return factory.createIfStatement(expression, inside(thenStatement), elseStatement);
  if (elseStatement === undefined) return undefined;
  return factory.createIfStatement(expression, thenStatement, inside(elseStatement));
}
