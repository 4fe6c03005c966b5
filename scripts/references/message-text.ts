import ts from 'typescript';
import { nodesOf } from './sources.js';

/** Longest list of alternatives that one message is spelt out to. */
const MAX_ALTERNATIVES = 40;

/** Calls by the name that is called, `this.` left out. */
export type Calls = ReadonlyMap<string, readonly ts.CallExpression[]>;

export function callsByName(files: readonly ts.SourceFile[]): Calls {
  const calls = new Map<string, ts.CallExpression[]>();
  for (const call of files.flatMap((file) => nodesOf(file, ts.isCallExpression))) {
    const name = call.expression.getText().replace(/^this\./, '');
    const known = calls.get(name);
    if (known === undefined) calls.set(name, [call]);
    else known.push(call);
  }
  return calls;
}

/**
 * The texts that an expression can give, as a reader may meet them: what is only known at run time stands as `{name}`, or as
 * an ellipsis where it has none. Parameters are replaced by what their function is called with.
 */
export function textsOf(
  expression: ts.Expression,
  calls: Calls = new Map(),
  seen: ReadonlySet<ts.Node> = new Set(),
): string[] {
  if (seen.has(expression)) return ['…'];
  const within = new Set([...seen, expression]);
  const texts = (inner: ts.Expression): string[] => textsOf(inner, calls, within);
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isParenthesizedExpression(expression)) return texts(expression.expression);
  if (ts.isConditionalExpression(expression)) {
    return distinct([...texts(expression.whenTrue), ...texts(expression.whenFalse)]);
  }
  if (ts.isTemplateExpression(expression)) {
    return expression.templateSpans.reduce<string[]>(
      (heads, span) => product(heads, product(texts(span.expression), [span.literal.text])),
      [expression.head.text],
    );
  }
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return product(texts(expression.left), texts(expression.right));
  }
  if (ts.isIdentifier(expression)) return textsOfName(expression, calls, within);
  if (ts.isPropertyAccessExpression(expression)) return [`{${expression.name.text}}`];
  return ['…'];
}

function textsOfName(name: ts.Identifier, calls: Calls, seen: ReadonlySet<ts.Node>): string[] {
  const unknown = [`{${name.text}}`];
  for (let scope: ts.Node = name; !ts.isSourceFile(scope); scope = scope.parent) {
    const initializer = declaredIn(scope, name.text);
    if (initializer !== undefined) {
      const texts = textsOf(initializer, calls, seen);
      return texts.every((text) => text.startsWith('…')) ? unknown : texts;
    }
    if (!ts.isFunctionLike(scope)) continue;
    const at = scope.parameters.findIndex((parameter) => parameter.name.getText() === name.text);
    if (at < 0) continue;
    const given = callsOf(scope, calls).flatMap((call) => {
      const argument = call.arguments[at];
      return argument === undefined ? [] : textsOf(argument, calls, seen);
    });
    const spelt = distinct(given.filter((text) => /\p{L}{2}/u.test(text) && !/^\{\w+\}$/.test(text)));
    return spelt.length > 0 ? spelt : unknown;
  }
  return unknown;
}

/** The initializer of a `const` among the statements of a block, where it is a text that can be spelt out. */
function declaredIn(scope: ts.Node, name: string): ts.Expression | undefined {
  if (!ts.isBlock(scope)) return undefined;
  for (const statement of scope.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const declaration = statement.declarationList.declarations.find((each) => each.name.getText() === name);
    if (declaration?.initializer !== undefined) return declaration.initializer;
  }
  return undefined;
}

/** Where a named function is called: in its own file, or in any when it is exported. */
function callsOf(declaration: ts.SignatureDeclaration, calls: Calls): readonly ts.CallExpression[] {
  const name = declaration.name?.getText() ?? nameOfArrow(declaration);
  if (name === undefined) return [];
  const found = calls.get(name) ?? [];
  const file = declaration.getSourceFile();
  return isExported(declaration) ? found : found.filter((call) => call.getSourceFile() === file);
}

function isExported(declaration: ts.SignatureDeclaration): boolean {
  if (!ts.isFunctionDeclaration(declaration)) return false;
  return declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function nameOfArrow({ parent }: ts.Node): string | undefined {
  return ts.isVariableDeclaration(parent) ? parent.name.getText() : undefined;
}

function product(heads: readonly string[], tails: readonly string[]): string[] {
  return distinct(heads.flatMap((head) => tails.map((tail) => head + tail))).slice(0, MAX_ALTERNATIVES);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
