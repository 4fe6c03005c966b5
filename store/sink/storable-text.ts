/** Control characters, of which NUL fails a statement (22021), and lone surrogates, which UTF-8 can't carry. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const ALL_UNSTORABLE = /[\p{Cc}\p{Cs}]/gu;

/** Whether PostgreSQL takes the text and gives back the same. */
export function isStorableText(text: string, maxLength: number): boolean {
  return text.length <= maxLength && !UNSTORABLE.test(text);
}

/** The text as it can be stored: for a person to read, not to identify anything. */
export function toStorableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(ALL_UNSTORABLE, '\ufffd');
}
