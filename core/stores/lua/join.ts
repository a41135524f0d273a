import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Joins a script's entry file and all it imports into one TypeScript text without imports, exports
 * or unused declarations, so that the transpiled script is flat and pays for nothing it does not
 * use. Top-level object literals are flattened: `space.readEntry(key)` becomes the call of a local
 * function `space_readEntry(key)`, and a parameter that hands such an object on is dropped together
 * with its argument. Constants that are literals are written where they are used.
 */
export function joinModules(entryPath: string): string {
  const files = collect(entryPath);
  const flattened = new Set<string>();
  const literals = new Map<string, ts.Expression>();
  for (const file of files) findConstants(file, flattened, literals);
  const declarations = new Map<string, Declaration>();
  for (const file of files) {
    const flat = ts.transform(file, [(context) => flatten(context, flattened, literals)])
      .transformed[0];
    if (flat !== undefined) addDeclarations(flat, file, literals, declarations);
  }
  return inOrder('main', declarations).join('\n');
}

interface Declaration {
  readonly text: string;
  readonly uses: readonly string[];
}

/** The entry and everything it imports, imported files first, each once. */
function collect(entryPath: string, seen = new Map<string, ts.SourceFile>()): ts.SourceFile[] {
  if (seen.has(entryPath)) return [];
  const file = ts.createSourceFile(
    entryPath,
    readFileSync(entryPath, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  seen.set(entryPath, file);
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const specifier = (statement.moduleSpecifier as ts.StringLiteral).text;
    if (!specifier.startsWith('.'))
      throw new Error(`${entryPath} imports ${specifier}: only files can be joined`);
    collect(resolve(dirname(entryPath), specifier), seen);
  }
  return [...seen.values()];
}

/** Which top-level names are objects to flatten, and which are literals to write out. */
function findConstants(
  file: ts.SourceFile,
  flattened: Set<string>,
  literals: Map<string, ts.Expression>,
): void {
  for (const { name, initializer } of topLevelVariables(file)) {
    if (initializer === undefined) continue;
    if (ts.isObjectLiteralExpression(initializer)) flattened.add(name);
    else if (isConst(file, name) && isLiteral(initializer)) literals.set(name, initializer);
  }
}

interface Variable {
  readonly name: string;
  readonly initializer: ts.Expression | undefined;
}

function topLevelVariables(file: ts.SourceFile): Variable[] {
  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => [...statement.declarationList.declarations])
    .map(({ name, initializer }) => ({ name: name.getText(file), initializer }));
}

function isConst(file: ts.SourceFile, name: string): boolean {
  return file.statements.some(
    (statement) =>
      ts.isVariableStatement(statement) &&
      (statement.declarationList.flags & ts.NodeFlags.Const) !== 0 &&
      statement.declarationList.declarations.some((one) => one.name.getText(file) === name),
  );
}

function isLiteral(node: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand);
  return ts.isNumericLiteral(node) || ts.isStringLiteral(node);
}

/** Rewrites one file as described at the top. */
function flatten(
  context: ts.TransformationContext,
  flattened: ReadonlySet<string>,
  literals: ReadonlyMap<string, ts.Expression>,
): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const isFlattened = (node: ts.Node): node is ts.Identifier =>
    ts.isIdentifier(node) && flattened.has(node.text);
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      return node;
    if (ts.isPropertyAccessExpression(node) && isFlattened(node.expression)) {
      return factory.createIdentifier(`${node.expression.text}_${node.name.text}`);
    }
    if (ts.isCallExpression(node)) {
      const words = node.arguments
        .filter((one) => !isFlattened(one))
        .map((one) => ts.visitNode(one, visit) as ts.Expression);
      return factory.updateCallExpression(
        node,
        ts.visitNode(node.expression, visit) as ts.Expression,
        node.typeArguments,
        words,
      );
    }
    if (ts.isFunctionDeclaration(node)) {
      const kept = node.parameters.filter(({ name }) => !isFlattened(name));
      const body = ts.visitNode(node.body, visit) as ts.Block | undefined;
      return factory.updateFunctionDeclaration(
        node,
        [],
        undefined,
        node.name,
        node.typeParameters,
        kept,
        node.type,
        body,
      );
    }
    if (ts.isIdentifier(node) && isReference(node))
      return copyOf(literals.get(node.text), factory) ?? node;
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

/** A fresh node: printing one of another file would print that position of this file's text. */
function copyOf(
  literal: ts.Expression | undefined,
  factory: ts.NodeFactory,
): ts.Expression | undefined {
  if (literal === undefined) return undefined;
  if (ts.isStringLiteral(literal)) return factory.createStringLiteral(literal.text, true);
  if (ts.isNumericLiteral(literal)) return factory.createNumericLiteral(literal.text);
  const { operator, operand } = literal as ts.PrefixUnaryExpression;
  return factory.createParenthesizedExpression(
    factory.createPrefixUnaryExpression(
      operator,
      factory.createNumericLiteral((operand as ts.NumericLiteral).text),
    ),
  );
}

/** Whether an identifier stands for the value of that name, rather than naming something itself. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (parent === undefined || ts.isTypeNode(parent)) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent))
    return parent.initializer === node;
  return !ts.isImportSpecifier(parent) && !ts.isMethodDeclaration(parent);
}

/** Takes a flattened file apart into named declarations; types are kept as they are. */
function addDeclarations(
  flat: ts.SourceFile,
  file: ts.SourceFile,
  literals: ReadonlyMap<string, ts.Expression>,
  declarations: Map<string, Declaration>,
): void {
  const print = (node: ts.Node): string => printer.printNode(ts.EmitHint.Unspecified, node, file);
  const add = (name: string, text: string, node: ts.Node): void => {
    if (declarations.has(name))
      throw new Error(`${file.fileName}: ${name} is declared twice in one script`);
    declarations.set(name, { text, uses: namesIn(node) });
  };
  for (const statement of flat.statements) {
    if (ts.isImportDeclaration(statement)) continue;
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      add(statement.name.text, withoutExport(print(statement)), statement);
    } else if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
      add(statement.name.text, withAmbience(statement, print(statement)), statement);
    } else if (ts.isVariableStatement(statement)) {
      const keyword =
        (statement.declarationList.flags & ts.NodeFlags.Const) === 0 ? 'let' : 'const';
      for (const one of statement.declarationList.declarations) {
        const name = (one.name as ts.Identifier).text;
        if (one.initializer !== undefined && ts.isObjectLiteralExpression(one.initializer)) {
          addProperties(name, one.initializer, print, add);
        } else if (!literals.has(name)) {
          add(name, withAmbience(statement, `${keyword} ${print(one)};`), one);
        }
      }
    } else if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      add(statement.name.text, UNJOINABLE, statement);
    } else {
      throw new Error(`${file.fileName}: has statements that cannot be joined`);
    }
  }
}

/** Stands for a declaration that may lie about in an imported file, but not be used by a script. */
const UNJOINABLE = '';

/** Ambient declarations stay ambient. */
function withAmbience(
  statement: ts.FunctionDeclaration | ts.VariableStatement,
  text: string,
): string {
  const original = ts.getOriginalNode(statement) as typeof statement;
  const isAmbient = original.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);
  return isAmbient === true ? `declare ${text}` : text;
}

function addProperties(
  object: string,
  literal: ts.ObjectLiteralExpression,
  print: (node: ts.Node) => string,
  add: (name: string, text: string, node: ts.Node) => void,
): void {
  for (const property of literal.properties) {
    const name = `${object}_${(property.name as ts.Identifier).text}`;
    if (ts.isPropertyAssignment(property))
      add(name, `let ${name} = ${print(property.initializer)};`, property);
    else if (ts.isShorthandPropertyAssignment(property))
      add(name, `let ${name} = ${property.name.text};`, property);
    else if (ts.isMethodDeclaration(property) && property.body !== undefined) {
      const parameters = property.parameters.map(print).join(', ');
      const type = property.type === undefined ? '' : `: ${print(property.type)}`;
      add(name, `function ${name}(${parameters})${type} ${print(property.body)}`, property);
    } else throw new Error(`${name} is neither a value nor a method`);
  }
}

const printer = ts.createPrinter({ removeComments: true });

function withoutExport(text: string): string {
  return text.replace(/^export /, '');
}

function namesIn(node: ts.Node): string[] {
  const names: string[] = [];
  const walk = (one: ts.Node): void => {
    if (ts.isIdentifier(one)) names.push(one.text);
    ts.forEachChild(one, walk);
  };
  walk(node);
  return names;
}

/** The declarations that `root` needs, each after those it uses; variables before functions. */
function inOrder(root: string, declarations: ReadonlyMap<string, Declaration>): string[] {
  const done = new Set<string>();
  const texts: string[] = [];
  const visit = (name: string): void => {
    const declaration = declarations.get(name);
    if (declaration === undefined || done.has(name)) return;
    done.add(name);
    if (declaration.text === UNJOINABLE)
      throw new Error(`a script uses ${name}, which cannot be joined`);
    for (const used of declaration.uses) visit(used);
    texts.push(declaration.text);
  };
  if (!declarations.has(root)) throw new Error(`the script has no function ${root}`);
  visit(root);
  return texts;
}
