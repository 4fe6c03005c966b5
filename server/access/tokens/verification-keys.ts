import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, errors, importSPKI, type JWTVerifyGetKey } from 'jose';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';

/** Signatures that are taken. All of them are asymmetric: a public key can't be mistaken for a secret that signs. */
export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;

/** Where the keys come from that tokens are verified by. Both reject with IDENTITY_UNAVAILABLE while there are none. */
export type KeySource =
  | { readonly kind: 'url'; readonly url: URL }
  /** PEM of one public key, or a JWKS. It is read again when it has changed. */
  | { readonly kind: 'file'; readonly path: string };

/** Keys that an issuer publishes change rarely: how long they are good for, ms. */
const MAX_AGE_MS = 600_000;
/** A token with an unknown key has them fetched anew, at most this often, ms: whoever makes up key ids sends no flood. */
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_FILE_BYTES = 1024 * 1024;
/** Between two looks at whether a file has changed, ms. */
const LOOK_MS = 1_000;

export function verificationKeys(source: KeySource): JWTVerifyGetKey {
  return source.kind === 'url' ? remoteKeys(source.url) : fileKeys(source.path);
}

function remoteKeys(url: URL): JWTVerifyGetKey {
  const find = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (isOfToken(error)) throw error;
      throw unavailable(`the keys at ${url.origin}${url.pathname} can't be had`, error);
    }
  };
}

function fileKeys(path: string): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let seen = '';
  let lookedAt = -Infinity;
  const current = async (): Promise<JWTVerifyGetKey> => {
    const now = performance.now();
    if (keys !== undefined && now - lookedAt < LOOK_MS) return keys;
    const { mtimeMs, size, ino } = await stat(path);
    const state = `${mtimeMs} ${size} ${ino}`;
    if (keys === undefined || state !== seen) {
      if (size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
      keys = await readKeys(await readFile(path, 'utf8'));
      seen = state;
    }
    lookedAt = now;
    return keys;
  };
  return async (header, token) => {
    const find = await current().catch((error: unknown) => {
      throw unavailable(`the keys in ${path} can't be read`, error);
    });
    return find(header, token);
  };
}

async function readKeys(text: string): Promise<JWTVerifyGetKey> {
  if (text.trimStart().startsWith('{')) {
    return createLocalJWKSet(JSON.parse(text) as Parameters<typeof createLocalJWKSet>[0]);
  }
  for (const algorithm of ALGORITHMS) {
    const key = await importSPKI(text.trim(), algorithm).catch(() => null);
    if (key === null) continue;
    return ({ alg }) => {
      if (alg === algorithm) return key;
      throw new errors.JWKSNoMatchingKey();
    };
  }
  throw new Error(`it is neither a JWKS nor the PEM of a public key for ${ALGORITHMS.join(', ')}`);
}

/** Whether it is the token's fault that there is no key. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

function unavailable(message: string, cause: unknown): MeterpulseError {
  return new MeterpulseError('IDENTITY_UNAVAILABLE', `Tokens can't be verified: ${message}.`, { cause });
}
