/** A key under which values are encrypted, by its name. */
export interface DataKey {
  /** Stands in each cipher text, and in errors: no secret. */
  readonly id: string;
  /** 32 bytes, in base64. */
  readonly base64: string;
}

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
/** 32 bytes, with the padding or without. */
const KEY_OF_32_BYTES = /^[0-9A-Za-z+/]{42}[AEIMQUYcgkosw048]=?$/;
const MAX_KEYS = 16;

/**
 * Reads `id=base64` entries, apart by line breaks, blanks or commas; the first one encrypts. null: it is no such list, or a
 * name or a key is there twice. Says nothing of what is wrong, since that could show a key.
 */
export function parseDataKeys(text: string): readonly DataKey[] | null {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length === 0 || entries.length > MAX_KEYS) return null;
  const keys: DataKey[] = [];
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const id = entry.slice(0, Math.max(at, 0));
    const base64 = entry.slice(at + 1).replace(/=$/, '');
    if (!KEY_ID.test(id) || !KEY_OF_32_BYTES.test(base64)) return null;
    if (keys.some((key) => key.id === id || key.base64 === base64)) return null;
    keys.push({ id, base64 });
  }
  return keys;
}
