import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

export interface SourcePattern {
  /** `file:line`. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

export interface SourcePatterns {
  readonly patterns: readonly SourcePattern[];
  /** Where one is made from what is known at run time only: `file: expression`. */
  readonly made: readonly string[];
}

/** What runs where hostile input comes: not tests, and not the tools of those who work on it. */
const ROOMS = [
  'client',
  'config',
  'controllers',
  'dashboard',
  'helpers',
  'protocol',
  'routes',
  'server',
  'store',
  'tables',
];

/** Every regular expression of the program's sources. */
export async function sourcePatterns(): Promise<SourcePatterns> {
  const patterns: SourcePattern[] = [];
  const made: string[] = [];
  for (const path of await sourceFiles()) {
    const file = ts.createSourceFile(path, await readFile(path, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        patterns.push({
          place: `${path}:${line + 1}`,
          source: node.text.slice(1, end),
          flags: node.text.slice(end + 1),
        });
      } else if (
        (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
        node.expression.getText() === 'RegExp'
      ) {
        made.push(`${path}: ${node.arguments?.[0]?.getText() ?? ''}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return { patterns, made };
}

/** Paths of the program's own sources, tests left out. */
export async function sourceFiles(): Promise<string[]> {
  const ofRooms = await Promise.all(
    ROOMS.map((room) => readdir(room, { recursive: true, withFileTypes: true })),
  );
  return ofRooms
    .flat()
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(
      (path) => /\.(ts|tsx|mjs)$/.test(path) && !/\.test\.tsx?$|\.d\.ts$|\/(dist|node_modules)\//.test(path),
    )
    .sort();
}
