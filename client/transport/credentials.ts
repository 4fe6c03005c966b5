import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** What a client shows at the door, and by what it knows the server. */
export interface Credentials {
  /** The header Authorization of a handshake; undefined: none. @param chargePointId null on `/ingest`. */
  authorization(chargePointId: string | null): string | undefined;
  /** Of `wss:`; undefined: the authorities that Node knows, and no certificate of the client. One for all connections. */
  readonly secureContext: SecureContext | undefined;
}

export interface CredentialFiles {
  /** Has an access key or a token in one line: for `/ingest`. */
  readonly keyFile?: string | undefined;
  /** Has an id and its password a line, between them a tab, as `meterpulse credentials charge-point create` prints them. */
  readonly passwordsFile?: string | undefined;
  /** Has the certificates, in PEM, of the authorities that are trusted in place of those that Node knows. */
  readonly caFile?: string | undefined;
  /** Has the client's own certificate with its chain, and another file its key, in PEM. Both or none. */
  readonly certificateFile?: string | undefined;
  readonly certificateKeyFile?: string | undefined;
}

/** Throws CREDENTIALS_UNREADABLE, which repeats nothing of a file. */
export async function readCredentials(files: CredentialFiles): Promise<Credentials> {
  const { keyFile, passwordsFile } = files;
  const key = keyFile === undefined ? undefined : keyOf(keyFile, await read(keyFile));
  const passwords =
    passwordsFile === undefined
      ? new Map<string, string>()
      : passwordsOf(passwordsFile, await read(passwordsFile));
  return {
    secureContext: await secureContextOf(files),
    authorization: (id) => {
      if (id === null) return key === undefined ? undefined : `Bearer ${key}`;
      const password = passwords.get(id);
      return password === undefined
        ? undefined
        : `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
    },
  };
}

async function secureContextOf(files: CredentialFiles): Promise<SecureContext | undefined> {
  const { caFile, certificateFile, certificateKeyFile } = files;
  if (caFile === undefined && certificateFile === undefined && certificateKeyFile === undefined)
    return undefined;
  const text = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : read(file);
  const [ca, cert, key] = [await text(caFile), await text(certificateFile), await text(certificateKeyFile)];
  if ((cert === undefined) !== (key === undefined))
    throw unreadable(
      certificateFile ?? certificateKeyFile ?? '',
      'a certificate and its key belong together',
    );
  // Node takes a file without any for one that trusts nobody.
  if (ca?.includes('-----BEGIN CERTIFICATE-----') === false)
    throw unreadable(caFile ?? '', 'there is no certificate in it');
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
  } catch (cause) {
    const which = [caFile, certificateFile, certificateKeyFile].filter((file) => file !== undefined);
    throw unreadable(which.join(', '), 'these are not certificates in PEM and the key of the first', cause);
  }
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

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, 'it could not be read', cause);
  }
}

function unreadable(file: string, why: string, cause?: unknown): MeterpulseError {
  return new MeterpulseError('CREDENTIALS_UNREADABLE', `${file} can't be used: ${why}.`, { cause });
}
