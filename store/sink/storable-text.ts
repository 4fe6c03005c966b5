import { createHash } from 'node:crypto';

/** Control characters, of which NUL fails a statement (22021), and lone surrogates, which UTF-8 can't carry. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const ALL_UNSTORABLE = /[\p{Cc}\p{Cs}]/gu;

const DIGEST_LENGTH = 16;

/** Whether PostgreSQL takes the text and gives back the same. */
export function isStorableText(text: string, maxLength: number): boolean {
  return text.length <= maxLength && !UNSTORABLE.test(text);
}

/** The text as it can be stored: for a person to read, not to identify anything. */
export function toStorableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(ALL_UNSTORABLE, '\ufffd');
}

/** Like {@link toStorableText} for what has to stay unique: a text that must be changed or cut gets its digest. */
export function toStorableKey(text: string, maxLength: number): string {
  const storable = toStorableText(text, maxLength);
  if (storable === text) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
  return `${storable.slice(0, maxLength - DIGEST_LENGTH - 1)}#${digest}`;
}
