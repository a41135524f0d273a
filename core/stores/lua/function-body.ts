import ts from 'typescript';

/** What `inline.ts` does to the body of a function before it stands elsewhere. */

const { factory } = ts;

/** Whether a function's body can stand where it is called: no `return` of it is inside a loop. */
export function canInline(callee: ts.FunctionDeclaration): boolean {
  let isPlain = callee.body !== undefined;
  const walk = (node: ts.Node, inLoop: boolean): void => {
    if (ts.isReturnStatement(node) && inLoop) isPlain = false;
    const isLoop =
      ts.isForOfStatement(node) || ts.isForStatement(node) || ts.isWhileStatement(node);
    ts.forEachChild(node, (child) => walk(child, inLoop || isLoop));
  };
  if (callee.body !== undefined) walk(callee.body, false);
  return isPlain;
}

/** Whether anything but the last statement returns. */
export function hasEarlyReturn(body: ts.Block): boolean {
  const last = body.statements.at(-1);
  let found = false;
  const walk = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node !== last) found = true;
    ts.forEachChild(node, walk);
  };
  walk(body);
  return found;
}

/** Writes `return x` as an assignment, and as a leap out of the surrounding `do` where it is early. */
export function assignReturns(body: ts.Block, result: string | undefined): ts.Statement[] {
  const last = body.statements.at(-1);
  const visit = (node: ts.Node): ts.Node => {
    if (!ts.isReturnStatement(node)) return ts.visitEachChild(node, visit, undefined);
    const steps: ts.Statement[] = [];
    if (result !== undefined && node.expression !== undefined) {
      const target = factory.createIdentifier(result);
      steps.push(
        factory.createExpressionStatement(factory.createAssignment(target, node.expression)),
      );
    }
    if (node !== last) steps.push(factory.createBreakStatement());
    return factory.createBlock(steps, true);
  };
  return body.statements.map((statement) => ts.visitNode(statement, visit) as ts.Statement);
}

/** A copy of the body in which parameters and variables carry the suffix. */
export function renameLocals(callee: ts.FunctionDeclaration, suffix: string): ts.Block {
  const locals = localNames(callee);
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isTypeNode(node)) return node;
    if (ts.isPropertyAccessExpression(node)) {
      const expression = ts.visitNode(node.expression, visit) as ts.Expression;
      return factory.updatePropertyAccessExpression(node, expression, node.name);
    }
    if (ts.isIdentifier(node) && locals.has(node.text)) {
      return factory.createIdentifier(`${node.text}${suffix}`);
    }
    return ts.visitEachChild(node, visit, undefined);
  };
  return ts.visitNode(callee.body, visit) as ts.Block;
}

export function localNames(callee: ts.FunctionDeclaration): Set<string> {
  const names = new Set<string>();
  const walk = (node: ts.Node): void => {
    if (ts.isParameter(node) || ts.isVariableDeclaration(node))
      names.add((node.name as ts.Identifier).text);
    ts.forEachChild(node, walk);
  };
  walk(callee);
  return names;
}

export function declare(
  flags: ts.NodeFlags,
  name: string,
  type: ts.TypeNode | undefined,
  value: ts.Expression | undefined,
): ts.VariableStatement {
  const surely =
    value === undefined ? factory.createToken(ts.SyntaxKind.ExclamationToken) : undefined;
  const declaration = factory.createVariableDeclaration(name, surely, type, value);
  return factory.createVariableStatement(
    [],
    factory.createVariableDeclarationList([declaration], flags),
  );
}

export function nameOf(declaration: ts.FunctionDeclaration): string {
  if (declaration.name === undefined) throw new Error('a function without a name');
  return declaration.name.text;
}
