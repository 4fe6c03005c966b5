import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface ScramCredentials {
  readonly digest: 'sha256' | 'sha512';
  readonly username: string;
  readonly password: string;
}

/** The server's part of the exchange is wrong: it is no server that knows the user, or none at all. */
export class ScramError extends Error {
  override readonly name = 'ScramError';
  readonly type = 'SASL_AUTHENTICATION_FAILED';
  readonly retriable = false;
}

const BYTES = { sha256: 32, sha512: 64 } as const;
const MIN_ITERATIONS = 4_096;
/** Some seconds of a core; Kafka makes users with 4,096 to 16,384. */
const MAX_ITERATIONS = 2_000_000;
/** No channel binding, no other identity. */
const GS2_HEADER = 'n,,';

/**
 * SCRAM as a client (RFC 5802, RFC 7677): neither side tells the other the password, each proves that it knows it. Resolves when
 * the server has proved it too.
 *
 * @param send hands a message to the server, resolves with its answer.
 */
export async function scram(
  { digest, username, password }: ScramCredentials,
  send: (message: string) => Promise<string>,
  nonce = randomBytes(24).toString('base64'),
): Promise<void> {
  const hmac = (key: Buffer, text: string): Buffer => createHmac(digest, key).update(text).digest();
  const firstBare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  const serverFirst = await send(`${GS2_HEADER}${firstBare}`);
  const { r: bothNonces = '', s: salt = '', i: rounds = '' } = fieldsOf(serverFirst);
  const iterations = Number(rounds);
  if (!bothNonces.startsWith(nonce) || bothNonces.length === nonce.length) {
    throw new ScramError('the server did not go on with the exchange that was begun');
  }
  if (!Number.isInteger(iterations) || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
    throw new ScramError(`the server asks for ${rounds.slice(0, 20)} iterations`);
  }
  const salted = await promisify(pbkdf2)(
    password,
    Buffer.from(salt, 'base64'),
    iterations,
    BYTES[digest],
    digest,
  );
  const withoutProof = `c=${Buffer.from(GS2_HEADER).toString('base64')},r=${bothNonces}`;
  const exchanged = `${firstBare},${serverFirst},${withoutProof}`;
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash(digest).update(clientKey).digest();
  const proof = xor(clientKey, hmac(storedKey, exchanged)).toString('base64');
  const { v: signature = '', e: refusal } = fieldsOf(await send(`${withoutProof},p=${proof}`));
  if (refusal !== undefined) throw new ScramError(`the server says ${refusal.slice(0, 100)}`);
  const expected = hmac(hmac(salted, 'Server Key'), exchanged);
  const given = Buffer.from(signature, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ScramError('the server does not prove that it knows the password');
  }
}

/** `a=1,b=2`: a value may have `=` in it. */
function fieldsOf(message: string): Readonly<Record<string, string>> {
  const fields = message.split(',').map((part) => [part.slice(0, 1), part.slice(2)] as const);
  return Object.fromEntries(fields);
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
}
