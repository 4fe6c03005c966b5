import { readPemFile, type PemKind } from '../helpers/read-pem-file.js';
import type { FileText } from '../helpers/read-bounded-file.js';
import { readSecretFile, readSecretLines } from '../helpers/read-secret-file.js';
import { LISTS, SECRETS } from './secret-variables.js';

/** Reads the file that a variable names. */
export type ReadFile = (variable: string, path: string) => FileText;

export const readNamedFile: ReadFile = (variable, path) => {
  if (LISTS.some((name) => variable === `${name}_FILE`)) return readSecretLines(path);
  const kind = PEM_KINDS.get(PEM_VARIABLE.exec(variable)?.[1] ?? '');
  return kind === undefined ? readSecretFile(path) : readPemFile(path, kind);
};

const PEM_VARIABLE = /(?:^|_)TLS_(?:CLIENT_)?(CA|CERT|KEY|CRL)_FILE$/;
const PEM_KINDS: ReadonlyMap<string, PemKind> = new Map([
  ['CA', 'certificate'],
  ['CERT', 'certificate'],
  ['KEY', 'private key'],
  ['CRL', 'revocation list'],
]);

type Given = Readonly<Record<string, string>>;

/**
 * The variables with the secrets that stand in files, and what is wrong with files: never their content. A file of
 * certificates or of a key is only looked at: it is read again for each connection.
 */
export function withSecretFiles(
  given: Given,
  readFile: ReadFile,
): { readonly values: Given; readonly problems: readonly string[] } {
  const values: Record<string, string> = { ...given };
  const problems: string[] = [];
  const read = (variable: string, path: string): string | undefined => {
    const file = readFile(variable, path);
    if (file.ok) return file.text;
    problems.push(`${variable} is '${shown(path)}', expected a file that can be used, and ${file.why}`);
    return undefined;
  };
  for (const name of SECRETS) {
    const variable = `${name}_FILE`;
    const path = given[variable];
    if (path === undefined) continue;
    if (given[name] !== undefined)
      problems.push(`${name} and ${variable} are both set, expected one of them`);
    else {
      const text = read(variable, path);
      if (text !== undefined) values[name] = text;
    }
  }
  for (const [variable, path] of Object.entries(given)) {
    if (PEM_VARIABLE.test(variable)) read(variable, path);
  }
  return { values, problems };
}

function shown(path: string): string {
  return path.length > 300 ? `${path.slice(0, 300)}…` : path;
}
