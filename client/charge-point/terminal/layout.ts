/** What text from elsewhere can do to a terminal: control characters, and marks that turn the direction of writing. */
const UNFIT = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const WIDE =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Text of a server or of a user, safe to print. */
export function clean(text: string): string {
  return text.replace(UNFIT, '\ufffd');
}

/** Columns that `text` takes, near enough for padding; it must hold no escape sequences. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(width - displayWidth(text), 0));
  return align === 'left' ? text + space : space + text;
}

/**
 * `text` in lines of at most `width` columns, the first of at most `firstWidth`, broken between words, or within a word that is
 * longer than a line.
 */
export function wrapped(text: string, width: number, firstWidth = width): readonly string[] {
  if (!Number.isFinite(width)) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    const room = lines.length === 0 ? firstWidth : width;
    if (displayWidth(longer) > room && (line !== '' || lines.length === 0)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes.segment(word)) {
    if (part !== '' && displayWidth(part + segment) > width) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}
