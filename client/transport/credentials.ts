import type { SecureContext } from 'node:tls';
import { read, unreadable } from './credential-file.js';
import type { CredentialFiles } from './credential-files.js';
import { readSecureContexts } from './secure-contexts.js';

/** What a client shows at the door, and by what it knows the server. */
export interface Credentials {
  /** The header Authorization of a handshake; undefined: none. @param chargePointId null on `/ingest`. */
  authorization(chargePointId: string | null): string | undefined;
  /**
   * Of `wss:`; undefined: the authorities that Node knows, and no certificate of the client. One for all connections, unless
   * each charge point has a certificate of its own. @param chargePointId null: the socket is several charge points'.
   */
  secureContext(chargePointId: string | null): SecureContext | undefined;
}

/**
 * @param chargePointIds those whose own certificates are read, where there is a directory of them: 1 ms and 30 KB each.
 * Throws CREDENTIALS_UNREADABLE, which repeats nothing of a file.
 */
export async function readCredentials(
  files: CredentialFiles,
  chargePointIds: readonly string[] = [],
): Promise<Credentials> {
  const { keyFile, passwordsFile } = files;
  const key = keyFile === undefined ? undefined : keyOf(keyFile, await read(keyFile));
  const passwords =
    passwordsFile === undefined
      ? new Map<string, string>()
      : passwordsOf(passwordsFile, await read(passwordsFile));
  return {
    secureContext: await readSecureContexts(files, chargePointIds),
    authorization: (id) => {
      if (id === null) return key === undefined ? undefined : `Bearer ${key}`;
      const password = passwords.get(id);
      return password === undefined
        ? undefined
        : `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
    },
  };
}

function keyOf(file: string, text: string): string {
  const key = text.trim();
  if (/^[\w.~+/-]+=*$/.test(key)) return key;
  throw unreadable(file, 'it has not one key, or one token, and nothing else');
}

function passwordsOf(file: string, text: string): Map<string, string> {
  const passwords = new Map<string, string>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const tab = line.lastIndexOf('\t');
    const password = line.slice(tab + 1);
    if (tab < 1 || password === '') throw unreadable(file, `line ${at + 1} has no id, tab and password`);
    passwords.set(line.slice(0, tab), password);
  }
  return passwords;
}
