import { COMMAND_NAMES, COMMANDS, findCommand } from './commands.js';
import { splitScript, splitWords } from './words.js';

/** Completions of the last word of `line`, and that word, as node:readline wants them. A finished word gets a space. */
export function complete(line: string): [hits: string[], word: string] {
  const command = lastCommand(line);
  const words = splitWords(command).map(({ text }) => text);
  const atNewWord = command === '' || /\s$/.test(command);
  const word = atNewWord ? '' : (words.pop() ?? '');
  const [name, ...typed] = words;
  const offered = name === undefined ? COMMAND_NAMES : argumentsOf(name, typed);
  const hits = offered.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  return [hits.map((hit) => (hits.length === 1 && !hit.endsWith('=') ? `${hit} ` : hit)), word];
}

function argumentsOf(name: string, typed: readonly string[]): readonly string[] {
  const spec = findCommand(name);
  if (spec?.name === 'help') return typed.length === 0 ? COMMANDS.map((other) => other.name) : [];
  return spec?.suggest?.(typed) ?? [];
}

/** What is being typed after the last `;`, with the space at its end. */
function lastCommand(line: string): string {
  // A mark at the end keeps the last command from being trimmed or left out as empty.
  const marked = splitScript(`${line}\u0001`).at(-1) ?? '';
  return marked.endsWith('\u0001') ? marked.slice(0, -1) : '';
}
