/** What HTTP Basic says (RFC 7617). */
export interface BasicCredentials {
  readonly user: string;
  /** As it was sent: charge points of OCPP 1.6 may send the 20 bytes that their AuthorizationKey spells in hexadecimal. */
  readonly password: Buffer;
}

/** An id of 255 characters of four bytes and a password, encoded. Characters. */
const MAX_ENCODED = 4_096;
const HEADER = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;
const COLON = 0x3a;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** null: the header Authorization is absent, of another scheme, or none that can be read. */
export function basicCredentials(authorization: string | undefined): BasicCredentials | null {
  if (authorization === undefined || authorization.length > MAX_ENCODED) return null;
  const encoded = HEADER.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(COLON);
  if (colon < 0) return null;
  const user = decoded(bytes.subarray(0, colon));
  return user === null ? null : { user, password: bytes.subarray(colon + 1) };
}

function decoded(bytes: Buffer): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}
