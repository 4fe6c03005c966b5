/**
 * How a line of commands falls into parts. Quotes hold together what has spaces (`authorize "card 7"`), and JSON stays whole:
 * inside brackets, and inside strings in them, nothing separates.
 */
export interface Word {
  readonly text: string;
  /** Where it begins in the line; a quote belongs to it. */
  readonly start: number;
}

/** Words separated by white space. A quote that isn't closed reaches to the end. */
export function splitWords(line: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line[at])) at++;
    if (at >= line.length) return words;
    const start = at;
    const quote = quoteAt(line, at);
    if (quote === null) {
      while (at < line.length && !isSpace(line[at])) at++;
      words.push({ text: line.slice(start, at), start });
    } else {
      const end = line.indexOf(quote, at + 1);
      at = end < 0 ? line.length : end + 1;
      words.push({ text: line.slice(start + 1, end < 0 ? line.length : end), start });
    }
  }
}

/** The commands of a line or a script: separated by `;` or line ends. Empty ones and comments (`# ...`) are left out. */
export function splitScript(script: string): readonly string[] {
  const commands: string[] = [];
  let start = 0;
  let at = 0;
  let depth = 0;
  const end = (): void => {
    const command = script.slice(start, at).trim();
    if (command !== '') commands.push(command);
    start = at + 1;
    depth = 0;
  };
  for (; at < script.length; at++) {
    const character = script[at];
    if (character === '\n' || character === '\r') end();
    else if (depth === 0 && character === ';') end();
    else if (depth === 0 && character === '#' && script.slice(start, at).trim() === '') {
      at = lineEnd(script, at);
      start = at + 1;
    } else if (depth > 0 && character === '"') at = stringEnd(script, at);
    else if (depth === 0 && isWordStart(script, at, start) && quoteAt(script, at) !== null)
      at = quoteEnd(script, at);
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && depth > 0) depth--;
  }
  end();
  return commands;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function quoteAt(line: string, at: number): string | null {
  const character = line[at];
  return character === '"' || character === "'" ? character : null;
}

function isWordStart(script: string, at: number, start: number): boolean {
  return at === start || isSpace(script[at - 1]);
}

function lineEnd(script: string, from: number): number {
  const end = script.indexOf('\n', from);
  return end < 0 ? script.length : end;
}

/** The last character of a quoted word; where the line ends when it isn't closed. */
function quoteEnd(script: string, from: number): number {
  const end = script.indexOf(script[from] ?? '', from + 1);
  const limit = lineEnd(script, from);
  return end < 0 || end > limit ? limit - 1 : end;
}

/** The last character of a JSON string, which may hold escaped quotes. */
function stringEnd(script: string, from: number): number {
  const limit = lineEnd(script, from);
  let at = from + 1;
  while (at < limit && script[at] !== '"') at += script[at] === '\\' ? 2 : 1;
  return Math.min(at, limit - 1);
}
