import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CredentialFiles } from './credential-files.js';
import { readCredentialFile as read, unreadable } from './read-credential-file.js';

/** What a connection of a charge point, or of several (null), is made with; undefined: what Node has by itself. */
export type SecureContexts = (chargePointId: string | null) => SecureContext | undefined;

interface Shown {
  readonly certificateFile: string;
  readonly certificateKeyFile: string;
}

/**
 * By what connections know the server, and which certificate they show: one for all, or of each charge point its own.
 * Throws CREDENTIALS_UNREADABLE, which repeats nothing of a file.
 */
export async function readSecureContexts(
  files: CredentialFiles,
  chargePointIds: readonly string[],
): Promise<SecureContexts> {
  const { caFile, certificatesDirectory: directory } = files;
  const forAll = certificateForAll(files);
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
  if (directory === undefined) {
    const context =
      ca === undefined && forAll === undefined ? undefined : await contextOf(caFile, ca, forAll);
    return () => context;
  }
  if (forAll !== undefined)
    throw unreadable(
      directory,
      `certificates of one's own go without one for all, which ${forAll.certificateFile} is`,
    );
  const own = new Map<string, SecureContext>();
  for (const id of chargePointIds) {
    const file = (extension: string): string => join(directory, `${encodeURIComponent(id)}.${extension}`);
    own.set(
      id,
      await contextOf(caFile, ca, { certificateFile: file('crt'), certificateKeyFile: file('key') }),
    );
  }
  const nobody = ca === undefined ? undefined : await contextOf(caFile, ca, undefined);
  return (id) => (id === null ? nobody : (own.get(id) ?? nobody));
}

function certificateForAll({ certificateFile, certificateKeyFile }: CredentialFiles): Shown | undefined {
  if (certificateFile !== undefined && certificateKeyFile !== undefined)
    return { certificateFile, certificateKeyFile };
  const alone = certificateFile ?? certificateKeyFile;
  if (alone === undefined) return undefined;
  throw unreadable(alone, 'a certificate and its key belong together');
}

async function readAuthorities(file: string): Promise<string> {
  const text = await read(file);
  // Node takes a file without any for one that trusts nobody.
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw unreadable(file, 'there is no certificate in it');
  return text;
}

async function contextOf(
  caFile: string | undefined,
  ca: string | undefined,
  shown: Shown | undefined,
): Promise<SecureContext> {
  const pair =
    shown === undefined
      ? {}
      : { cert: await read(shown.certificateFile), key: await read(shown.certificateKeyFile) };
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }), ...pair });
  } catch (cause) {
    const which = [caFile, shown?.certificateFile, shown?.certificateKeyFile].filter(
      (file) => file !== undefined,
    );
    throw unreadable(which.join(', '), 'these are not certificates in PEM and the key of the first', cause);
  }
}
