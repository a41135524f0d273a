import ts from 'typescript';

/**
 * The subset of TypeScript that means the same in Lua. The compiler translates much more, but not
 * to the same results: 0 and '' are true in Lua, `-7 % 3` is 2, strings are counted in bytes, a
 * number becomes text with 14 digits, objects have no order. What is refused here would make Redis
 * and Node decide differently without any error.
 */
export interface SubsetBreach {
  /** File, line and column. */
  readonly where: string;
  readonly what: string;
}

/** Everything in these files, and in what they import, that is outside the subset. */
export function findBreaches(
  entryPaths: readonly string[],
  options: ts.CompilerOptions,
): SubsetBreach[] {
  const program = ts.createProgram([...entryPaths], options);
  const checker = program.getTypeChecker();
  const wanted = program
    .getSourceFiles()
    .filter(
      ({ fileName, isDeclarationFile }) => !isDeclarationFile && !/node_modules/.test(fileName),
    );
  return wanted.flatMap((file) => checkFile(file, checker));
}

/** What may be called or read of values that are not our own objects. */
const ARRAY_MEMBERS = new Set(['length', 'push']);
const MATH_MEMBERS = new Set(['ceil', 'floor', 'max', 'min']);

const BANNED_KINDS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.TemplateExpression, 'a template: numbers in it would lose digits'],
  [ts.SyntaxKind.RegularExpressionLiteral, 'a regular expression'],
  [ts.SyntaxKind.NullKeyword, 'null: it equals undefined in Lua'],
  [ts.SyntaxKind.ForInStatement, 'for..in: objects have no order'],
  [ts.SyntaxKind.TryStatement, 'try'],
  [ts.SyntaxKind.AwaitExpression, 'await'],
  [ts.SyntaxKind.YieldExpression, 'yield'],
  [ts.SyntaxKind.DeleteExpression, 'delete'],
  [ts.SyntaxKind.TypeOfExpression, 'typeof'],
  [ts.SyntaxKind.SwitchStatement, 'switch'],
]);

const BANNED_OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PercentToken, '%: its sign differs for negative operands'],
  [ts.SyntaxKind.PercentEqualsToken, '%=: its sign differs for negative operands'],
  [ts.SyntaxKind.EqualsEqualsToken, '=='],
  [ts.SyntaxKind.ExclamationEqualsToken, '!='],
  [ts.SyntaxKind.InKeyword, 'in'],
  [ts.SyntaxKind.InstanceOfKeyword, 'instanceof'],
  [ts.SyntaxKind.AmpersandToken, 'a bit operator'],
  [ts.SyntaxKind.BarToken, 'a bit operator'],
  [ts.SyntaxKind.CaretToken, 'a bit operator'],
  [ts.SyntaxKind.LessThanLessThanToken, 'a bit operator'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, 'a bit operator'],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, 'a bit operator'],
]);

function checkFile(file: ts.SourceFile, checker: ts.TypeChecker): SubsetBreach[] {
  const breaches: SubsetBreach[] = [];
  const report = (node: ts.Node, what: string): void => {
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
    breaches.push({ where: `${file.fileName}:${line + 1}:${character + 1}`, what });
  };
  const typeIs = (node: ts.Node, flags: ts.TypeFlags): boolean => {
    const type = checker.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    return parts.some((part) => (part.flags & flags) !== 0);
  };
  const isTruth = (node: ts.Expression): boolean => {
    const type = checker.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => (part.flags & ts.TypeFlags.BooleanLike) !== 0);
  };
  const check = (node: ts.Node): void => {
    const banned = BANNED_KINDS.get(node.kind);
    if (banned !== undefined) report(node, banned);
    for (const condition of conditionsOf(node)) {
      if (!isTruth(condition)) report(condition, 'a condition that is not boolean');
    }
    if (ts.isBinaryExpression(node)) {
      const operator = BANNED_OPERATORS.get(node.operatorToken.kind);
      if (operator !== undefined) report(node, operator);
      const joins = node.operatorToken.kind === ts.SyntaxKind.PlusToken;
      const isText = typeIs(node.left, STRING) !== typeIs(node.right, STRING);
      if (joins && isText) report(node, 'a number becoming text: it would lose digits');
    }
    if (ts.isPropertyAccessExpression(node)) {
      const member = node.name.text;
      const object = node.expression.getText(file);
      if (typeIs(node.expression, STRING)) report(node, `.${member} of a string: Lua counts bytes`);
      else if (checker.isArrayLikeType(checker.getTypeAtLocation(node.expression))) {
        if (!ARRAY_MEMBERS.has(member)) report(node, `.${member} of an array`);
      } else if (object === 'Math' && !MATH_MEMBERS.has(member)) report(node, `Math.${member}`);
      else if (BANNED_OBJECTS.has(object)) report(node, `${object}.${member}`);
    }
    if (ts.isElementAccessExpression(node) && typeIs(node.expression, STRING)) {
      report(node, 'a character of a string: Lua counts bytes');
    }
    if (ts.isForOfStatement(node) && typeIs(node.expression, STRING)) {
      report(node, 'the characters of a string: Lua counts bytes');
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      if (BANNED_CALLS.has(node.expression.text)) report(node, `${node.expression.text}()`);
    }
    if (ts.isArrayLiteralExpression(node)) {
      const holes = node.elements.some((one) => typeIs(one, ts.TypeFlags.Undefined));
      if (holes) report(node, 'undefined in an array: it ends a Lua table');
    }
    if (!ts.isTypeNode(node)) ts.forEachChild(node, check);
  };
  for (const statement of file.statements) {
    // What a class or a template at the top says is never joined into a script.
    if (!isUnused(file, statement)) check(statement);
  }
  return breaches;
}

const STRING = ts.TypeFlags.StringLike;
const BANNED_OBJECTS = new Set(['Object', 'Number', 'String', 'JSON', 'Date', 'Array']);
const BANNED_CALLS = new Set(['String', 'Number', 'Boolean', 'parseInt', 'parseFloat']);

/** The keyspace lends scripts the names of keys only; its functions stay in Node. */
function isUnused(file: ts.SourceFile, statement: ts.Statement): boolean {
  if (!/\/tenancy\//.test(file.fileName)) return false;
  const isConstant =
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(
      ({ initializer }) =>
        initializer !== undefined &&
        (ts.isStringLiteral(initializer) || ts.isNumericLiteral(initializer)),
    );
  return !isConstant;
}

function conditionsOf(node: ts.Node): ts.Expression[] {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
    return [node.expression];
  if (ts.isConditionalExpression(node)) return [node.condition];
  if (ts.isForStatement(node) && node.condition !== undefined) return [node.condition];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [node.operand];
  if (!ts.isBinaryExpression(node)) return [];
  const { kind } = node.operatorToken;
  const isLogic =
    kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
  return isLogic ? [node.left, node.right] : [];
}
