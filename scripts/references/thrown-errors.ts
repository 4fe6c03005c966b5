import ts from 'typescript';
import { ERROR_CODES, type ErrorCode } from '../../helpers/meterpulse-error.js';
import { callsByName, textsOf, type Calls } from './message-text.js';
import { nodesOf } from './sources.js';

/** One message of a MeterpulseError, as it stands in the sources. */
export interface ThrownError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where it differs from the code's own. */
  readonly remedy: string | null;
  readonly file: string;
}

/** Every `new MeterpulseError('CODE', message)`, and every `super('CODE', message)` of a class that extends it. */
export function thrownErrors(files: readonly ts.SourceFile[]): ThrownError[] {
  const calls = callsByName(files);
  return files.flatMap((file) => [
    ...nodesOf(file, ts.isNewExpression)
      .filter(({ expression }) => expression.getText() === 'MeterpulseError')
      .flatMap((made) => thrownBy(made.arguments ?? [], file, calls)),
    ...nodesOf(file, ts.isClassDeclaration)
      .filter(
        (made) =>
          made.heritageClauses?.some((clause) => clause.getText().includes('MeterpulseError')) === true,
      )
      .flatMap((made) => nodesOf(made, ts.isCallExpression))
      .filter(({ expression }) => expression.kind === ts.SyntaxKind.SuperKeyword)
      .flatMap((call) => thrownBy(call.arguments, file, calls)),
  ]);
}

function thrownBy(given: readonly ts.Expression[], file: ts.SourceFile, calls: Calls): ThrownError[] {
  const [code, message, options] = given;
  if (code === undefined || message === undefined) return [];
  return textsOf(code, calls)
    .filter(isErrorCode)
    .flatMap((each) =>
      textsOf(message, calls).map((text) => ({
        code: each,
        message: text,
        remedy: options === undefined ? null : remedyOf(options),
        file: file.fileName,
      })),
    );
}

/** `{ remedy: '...' }` among the options. */
function remedyOf(options: ts.Expression): string | null {
  if (!ts.isObjectLiteralExpression(options)) return null;
  for (const property of options.properties) {
    if (ts.isPropertyAssignment(property) && property.name.getText() === 'remedy') {
      const [first = ''] = textsOf(property.initializer);
      return /\p{L}{3} /u.test(first) ? first : null;
    }
  }
  return null;
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
