/** 32 bytes, as `openssl rand -hex 32` and `openssl rand -base64 32` print them. */
const HEXADECIMAL = /^[0-9a-f]{64}$/i;
const BASE64 = /^(?:[0-9A-Za-z+/]{43}=|[0-9A-Za-z_-]{43})$/;
/** While they are rotated there are two; more are still bounded. */
const MAX_KEYS = 4;

/** The keys of CREDENTIALS_KEY, the newest first; null: they are none, too many, or one of them twice. */
export function credentialsKeys(text: string): readonly Buffer[] | null {
  const entries = text.split(',');
  if (entries.length > MAX_KEYS || !entries.every((entry) => HEXADECIMAL.test(entry) || BASE64.test(entry)))
    return null;
  const keys = entries.map((entry) => Buffer.from(entry, HEXADECIMAL.test(entry) ? 'hex' : 'base64'));
  return new Set(keys.map((key) => key.toString('hex'))).size === keys.length ? keys : null;
}
