/**
 * Text as somebody sent it, with what could not be seen, or would move other text about, made visible: control characters as
 * their symbols, marks of writing direction and invisible ones as escapes. Line breaks and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Controls but for tab and line feed, formatting characters (writing direction, joiners, tags), and separators of lines. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
