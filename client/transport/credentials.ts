import type { SecureContext } from 'node:tls';
import type { CredentialFiles } from './credential-files.js';
import { readCredentialFile as read, unreadable } from './read-credential-file.js';
import { readSecureContexts } from './secure-contexts.js';

/** What a client shows at the door, and by what it knows the server. */
export interface Credentials {
  /** The header Authorization of a handshake; undefined: none. @param chargePointId null on `/ingest`. */
  authorization(chargePointId: string | null): string | undefined;
  /** With what each frame is signed; undefined: they are not. @param chargePointId null on `/ingest`, where alone it is asked for. */
  signingSecret(chargePointId: string | null): string | undefined;
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
  const { key, secret } = keyFile === undefined ? {} : keyOf(keyFile, await read(keyFile));
  const passwords =
    passwordsFile === undefined
      ? new Map<string, string>()
      : passwordsOf(passwordsFile, await read(passwordsFile));
  return {
    secureContext: await readSecureContexts(files, chargePointIds),
    signingSecret: (id) => (id === null ? secret : undefined),
    authorization: (id) => {
      if (id === null) return key === undefined ? undefined : `Bearer ${key}`;
      const password = passwords.get(id);
      return password === undefined
        ? undefined
        : `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
    },
  };
}

interface FoundKey {
  readonly key?: string;
  /** Of one that signs. */
  readonly secret?: string | undefined;
}

/** As `meterpulse credentials key create` prints it: with `--signed` the secret stands below the key. */
function keyOf(file: string, text: string): FoundKey {
  const [key = '', secret, ...more] = text.trim().split(/\r?\n/);
  const isKey = /^[\w.~+/-]+=*$/.test(key);
  const isSecret = secret === undefined || /^ms_[\w-]{43}$/.test(secret);
  if (isKey && isSecret && more.length === 0) return { key, secret };
  throw unreadable(
    file,
    'it has not one key or token, below it the ms_... of a key that signs, and nothing else',
  );
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
