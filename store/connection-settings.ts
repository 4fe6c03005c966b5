import type { ConnectionOptions } from 'node:tls';
import { readPemFile, type PemKind } from '../helpers/read-pem-file.js';
import { readSecretFile } from '../helpers/read-secret-file.js';
import { postgresTlsMode, type PostgresTlsMode } from '../helpers/postgres-tls-mode.js';

/** A file that a connection needs can't be used now: passing, as the server being gone is. */
export class ConnectionFileError extends Error {
  override readonly name = 'ConnectionFileError';
  readonly code = 'CONNECTION_FILE';
}

export interface ConnectionSettings {
  readonly connectionString: string;
  readonly ssl?: false | ConnectionOptions;
  readonly sslnegotiation?: 'direct';
}

/** Parameters that node-postgres is not told: it would give them meanings of its own, or none. */
const OURS = [
  ...['urlfile', 'urlsfile', 'passwordfile'],
  ...['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'uselibpqcompat'],
];

/**
 * What the next connection is made with, by a URL whose parameters may name files, which are read now. Besides those that
 * libpq knows of TLS (docs/managed-services.md has what each `sslmode` means here):
 *
 * - `urlfile`: has the URL in force; the user and parameters of TLS that it lacks come from the one given.
 * - `urlsfile`: has several, separated by commas; the one of the same host and port counts.
 * - `passwordfile`: has the password, where the URL has none.
 *
 * Throws a {@link ConnectionFileError}.
 */
export function connectionSettings(text: string): ConnectionSettings {
  if (!text.includes('?')) return { connectionString: text };
  const given = new URL(text);
  const url = inForce(given);
  const { searchParams } = url;
  const passwordFile = given.searchParams.get('passwordfile');
  if (passwordFile !== null && url.password === '' && !searchParams.has('password')) {
    url.password = encodeURIComponent(secretOf(passwordFile));
  }
  const ssl = sslOf(postgresTlsMode(searchParams) ?? undefined, searchParams);
  const isDirect = searchParams.get('sslnegotiation') === 'direct';
  for (const name of OURS) searchParams.delete(name);
  return {
    connectionString: url.href,
    ...(ssl === undefined ? {} : { ssl }),
    ...(isDirect ? { sslnegotiation: 'direct' } : {}),
  };
}

function inForce(given: URL): URL {
  const urlFile = given.searchParams.get('urlfile');
  const urlsFile = given.searchParams.get('urlsfile');
  const file = urlFile ?? urlsFile;
  if (file === null) return given;
  const urls = secretOf(file)
    .split(',')
    .filter((part) => part.trim() !== '');
  const parsed = urls.map((each) => parsedUrl(each.trim(), file));
  const url = urlFile === null ? parsed.find((each) => each.host === given.host) : parsed[0];
  if (url === undefined) throw new ConnectionFileError(`${file} has no URL of ${given.host} any more`);
  if (url.username === '' && !url.searchParams.has('user')) url.username = given.username;
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const path = given.searchParams.get(name);
    if (path !== null && !url.searchParams.has(name)) url.searchParams.set(name, path);
  }
  return url;
}

function parsedUrl(text: string, file: string): URL {
  // An error of URL's own would have the text in it, and with it the password.
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new ConnectionFileError(`${file} has no URL such as postgres://user:password@host:5432/database`);
  }
  return new URL(text);
}

function sslOf(
  mode: PostgresTlsMode | undefined,
  parameters: URLSearchParams,
): false | ConnectionOptions | undefined {
  // Nothing said: what PGSSLMODE says, to whom it says something.
  if (mode === undefined) return undefined;
  if (mode === 'off') return false;
  const file = (name: string, kind: PemKind): string | undefined => {
    const path = parameters.get(name);
    return path === null || (name === 'sslrootcert' && path === 'system') ? undefined : pemOf(path, kind);
  };
  const ca = file('sslrootcert', 'certificate');
  const cert = file('sslcert', 'certificate');
  const key = file('sslkey', 'private key');
  return {
    rejectUnauthorized: mode !== 'none',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(mode === 'ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}

function secretOf(path: string): string {
  const file = readSecretFile(path);
  if (!file.ok) throw new ConnectionFileError(`${path} can't be used: ${file.why}`);
  return file.text;
}

function pemOf(path: string, kind: PemKind): string {
  const file = readPemFile(path, kind);
  if (!file.ok) throw new ConnectionFileError(`${path} can't be used: ${file.why}`);
  return file.text;
}
