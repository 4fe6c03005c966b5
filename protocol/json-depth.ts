/** Deepest nesting of objects and arrays that is parsed. A MeterValues in a batch needs 7. */
export const MAX_JSON_DEPTH = 32;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Whether JSON text nests deeper than `max` levels, judged without parsing it: recursive code downstream (serialisers,
 * schemas) overflows its stack on text that is a few kilobytes short. Text with brackets enough is passed over once; strings are jumped over by indexOf.
 * Text that isn't JSON gets some answer; the parser will refuse it.
 */
export function isNestedTooDeep(text: string, max: number = MAX_JSON_DEPTH): boolean {
  const { length } = text;
  // Each level costs an opening character and, to be JSON, a closing one.
  if (length < 2 * (max + 1) || !hasMoreBrackets(text, max)) return false;
  let depth = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i + 1);
      if (i < 0) return false;
    } else if (code === 123 || code === 91) {
      if (++depth > max) return true;
    } else if (code === 125 || code === 93) {
      depth--;
    }
  }
  return false;
}

/** Whether more than `max` brackets open, those inside strings counted too. Finding the few of a usual message costs a third of the pass. */
function hasMoreBrackets(text: string, max: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > max) return true;
    }
  }
  return false;
}

/** Index of the quote that ends the string whose first character is at `start`; -1 when none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (end - backslashes > start && text.charCodeAt(end - backslashes - 1) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}
