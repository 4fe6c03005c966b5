import { readFile } from 'node:fs/promises';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** What a client shows at the door, as the header Authorization of a handshake; undefined: nothing. */
export interface Credentials {
  /** @param chargePointId null on `/ingest`. */
  authorization(chargePointId: string | null): string | undefined;
}

export interface CredentialFiles {
  /** Has an access key or a token in one line: for `/ingest`. */
  readonly keyFile?: string | undefined;
  /** Has an id and its password a line, between them a tab, as `meterpulse credentials charge-point create` prints them. */
  readonly passwordsFile?: string | undefined;
}

export const NO_CREDENTIALS: Credentials = { authorization: () => undefined };

/** Throws CREDENTIALS_UNREADABLE, which repeats nothing of a file. */
export async function readCredentials({ keyFile, passwordsFile }: CredentialFiles): Promise<Credentials> {
  const key = keyFile === undefined ? undefined : keyOf(keyFile, await read(keyFile));
  const passwords =
    passwordsFile === undefined
      ? new Map<string, string>()
      : passwordsOf(passwordsFile, await read(passwordsFile));
  return {
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
