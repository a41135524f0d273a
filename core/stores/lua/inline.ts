import ts from 'typescript';
import {
  assignReturns,
  canInline,
  declare,
  hasEarlyReturn,
  localNames,
  nameOf,
  renameLocals,
} from './function-body.ts';

/**
 * Writes the functions of a joined script into the places that call them, as far as that can be done
 * plainly, so that a call of the script creates as few closures as possible: in Lua 5.1 each costs
 * an allocation and a search for every local it captures, on every EVALSHA (with 25 closures, two
 * thirds of a put's time).
 *
 * A call is replaced where it is evaluated first and unconditionally in its statement; a function
 * whose `return` stands in a loop stays a function. What is left over is for `sink.ts`.
 */
export function inlineMain(file: ts.SourceFile): InlinedScript {
  const functions = new Map<string, ts.FunctionDeclaration>();
  const kept: ts.Statement[] = [];
  const variables: ts.Statement[] = [];
  for (const statement of file.statements) {
    if (isAmbientOrType(statement)) kept.push(statement);
    else if (ts.isFunctionDeclaration(statement)) functions.set(nameOf(statement), statement);
    else variables.push(statement);
  }
  refuseShadowing(file, functions, variables);
  const inliner = new Inliner(functions);
  const main = functions.get('main');
  if (main?.body === undefined) throw new Error('the script has no function main');
  const body = inliner.list([...variables, ...main.body.statements]);
  const left = [...functions.values()].filter((one) => one !== main);
  return { kept, body, functions: left.map((one) => inliner.function(one)) };
}

export interface InlinedScript {
  /** Types and ambient declarations. */
  readonly kept: readonly ts.Statement[];
  /** The script's statements, its variables first. */
  readonly body: ts.Statement[];
  /** Functions that may still be called; callees first. */
  readonly functions: readonly ts.FunctionDeclaration[];
}

const { factory } = ts;

class Inliner {
  private readonly functions: ReadonlyMap<string, ts.FunctionDeclaration>;
  private count = 0;

  constructor(functions: ReadonlyMap<string, ts.FunctionDeclaration>) {
    this.functions = functions;
  }

  list(statements: readonly ts.Statement[]): ts.Statement[] {
    return statements.flatMap((statement) => this.statement(statement));
  }

  function(declaration: ts.FunctionDeclaration): ts.FunctionDeclaration {
    const { modifiers, asteriskToken, name, typeParameters, parameters, type, body } = declaration;
    return factory.updateFunctionDeclaration(
      declaration,
      modifiers,
      asteriskToken,
      name,
      typeParameters,
      parameters,
      type,
      body === undefined ? undefined : this.block(body),
    );
  }

  private block(statement: ts.Statement): ts.Block {
    const inner = ts.isBlock(statement) ? statement.statements : [statement];
    return factory.createBlock(this.list(inner), true);
  }

  /** One statement with its first call replaced by what the function does. */
  private statement(statement: ts.Statement): ts.Statement[] {
    const split = splitCondition(statement);
    if (split !== undefined) return this.statement(split);
    const call = this.firstCall(statement);
    if (call !== undefined) {
      const { before, result } = this.expand(call);
      const rest = replaceNode(statement, call, result);
      return [...before, ...(rest === undefined ? [] : this.statement(rest))];
    }
    if (ts.isBlock(statement)) return [this.block(statement)];
    if (ts.isIfStatement(statement)) {
      const { expression, thenStatement, elseStatement } = statement;
      const otherwise = elseStatement === undefined ? undefined : this.block(elseStatement);
      return [factory.createIfStatement(expression, this.block(thenStatement), otherwise)];
    }
    if (ts.isForOfStatement(statement)) {
      const { initializer, expression } = statement;
      const body = this.block(statement.statement);
      return [factory.createForOfStatement(undefined, initializer, expression, body)];
    }
    if (ts.isForStatement(statement)) {
      const { initializer, condition, incrementor } = statement;
      const body = this.block(statement.statement);
      return [factory.createForStatement(initializer, condition, incrementor, body)];
    }
    if (ts.isDoStatement(statement)) {
      return [factory.createDoStatement(this.block(statement.statement), statement.expression)];
    }
    return [statement];
  }

  /** A call that nothing in its statement is evaluated before, of a function that can be written out. */
  private firstCall(statement: ts.Statement): ts.CallExpression | undefined {
    const start = firstExpression(statement);
    const call = start === undefined ? undefined : leftmost(start);
    if (call === undefined || !ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) {
      return undefined;
    }
    const callee = this.functions.get(call.expression.text);
    return callee !== undefined && canInline(callee) ? call : undefined;
  }

  /** The statements that do what the call does, and what stands for its value. */
  private expand(call: ts.CallExpression): {
    before: ts.Statement[];
    result: ts.Expression | undefined;
  } {
    const callee = this.functions.get((call.expression as ts.Identifier).text);
    if (callee?.body === undefined) throw new Error('a call of nothing');
    this.count += 1;
    const suffix = `_${this.count}`;
    const parameters = callee.parameters.map((one, at) => {
      const value = call.arguments[at];
      if (value === undefined)
        throw new Error(`${nameOf(callee)} is called with too few arguments`);
      return declare(
        ts.NodeFlags.Const,
        `${(one.name as ts.Identifier).text}${suffix}`,
        one.type,
        value,
      );
    });
    const body = renameLocals(callee, suffix);
    const isVoid = callee.type === undefined || callee.type.kind === ts.SyntaxKind.VoidKeyword;
    const result = isVoid ? undefined : `${nameOf(callee)}${suffix}`;
    const inner = [...parameters, ...assignReturns(body, result)];
    const block = this.block(factory.createBlock(inner, true));
    const run = hasEarlyReturn(callee.body)
      ? factory.createDoStatement(block, factory.createFalse())
      : block;
    if (result === undefined) return { before: [run], result: undefined };
    const variable = declare(ts.NodeFlags.Let, result, callee.type, undefined);
    return { before: [variable, run], result: factory.createIdentifier(result) };
  }
}

/** `if (a && f()) {...}` without an else becomes two ifs, so that `f` stands first in its own. */
function splitCondition(statement: ts.Statement): ts.IfStatement | undefined {
  if (!ts.isIfStatement(statement) || statement.elseStatement !== undefined) return undefined;
  const { expression, thenStatement } = statement;
  if (!ts.isBinaryExpression(expression)) return undefined;
  if (expression.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken) return undefined;
  const inner = factory.createIfStatement(expression.right, thenStatement);
  return factory.createIfStatement(expression.left, factory.createBlock([inner], true));
}

/** The expression that a statement evaluates before all else. */
function firstExpression(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isIfStatement(statement) || ts.isForOfStatement(statement)) return statement.expression;
  if (ts.isReturnStatement(statement)) return statement.expression;
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations[0]?.initializer;
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  const isPlainAssignment =
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isPlainAssignment ? expression.right : expression;
}

/** Goes down to what is evaluated first. */
function leftmost(expression: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(expression)) return leftmost(expression.expression);
  if (ts.isPrefixUnaryExpression(expression)) return leftmost(expression.operand);
  if (ts.isConditionalExpression(expression)) return leftmost(expression.condition);
  if (ts.isBinaryExpression(expression)) return leftmost(expression.left);
  return expression;
}

/** The statement with the call replaced; nothing is left of a statement that was only the call. */
function replaceNode(
  statement: ts.Statement,
  call: ts.CallExpression,
  result: ts.Expression | undefined,
): ts.Statement | undefined {
  if (ts.isExpressionStatement(statement) && statement.expression === call) return undefined;
  if (result === undefined) throw new Error('the value of a function without one is used');
  const visit = (node: ts.Node): ts.Node =>
    node === call ? result : ts.visitEachChild(node, visit, undefined);
  return ts.visitNode(statement, visit) as ts.Statement;
}

/**
 * A local of the name of something at the top would capture what is written out beside it. The
 * locals of functions that are written out are renamed; the others' keep their names.
 */
function refuseShadowing(
  file: ts.SourceFile,
  functions: ReadonlyMap<string, ts.FunctionDeclaration>,
  variables: readonly ts.Statement[],
): void {
  const top = new Set(functions.keys());
  for (const statement of [...variables, ...file.statements].filter(ts.isVariableStatement)) {
    for (const { name } of statement.declarationList.declarations)
      top.add((name as ts.Identifier).text);
  }
  for (const one of functions.values()) {
    if (canInline(one) && nameOf(one) !== 'main') continue;
    for (const local of localNames(one)) {
      if (top.has(local))
        throw new Error(`${nameOf(one)}: ${local} is also the name of something at the top`);
    }
  }
}

function isAmbientOrType(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (!ts.isVariableStatement(statement) && !ts.isFunctionDeclaration(statement)) return false;
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}
