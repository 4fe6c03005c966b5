import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/** The titles of a file's tests, as they stand there. */
export async function testTitles(path: string): Promise<ReadonlySet<string>> {
  const file = ts.createSourceFile(path, await readFile(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [title] = node.arguments;
      // `it('...')`, and `it.each([...])('...')`.
      if (title !== undefined && ts.isStringLiteralLike(title) && /^it\b/.test(node.expression.getText())) {
        titles.add(title.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return titles;
}
