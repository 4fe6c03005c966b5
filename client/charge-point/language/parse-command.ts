import type { Command } from './command.js';
import { ALL_NAMES, findCommand } from './commands.js';
import { nearest } from './nearest.js';
import { problem, type Parsed } from './parsed.js';
import { splitWords } from './words.js';

/** Longer lines are a mistake, such as a file that was dropped into the terminal. */
const LONGEST_LINE = 2 * 1024 * 1024;

/** One command, without the `;` that may follow it. Never throws. */
export function parseCommand(line: string): Parsed<Command> {
  if (line.length > LONGEST_LINE) return problem(`The line has ${line.length} characters: that is too long`);
  const trimmed = line.trim();
  const name = /^\S*/.exec(trimmed)?.[0] ?? '';
  const spec = findCommand(name);
  if (spec === undefined) return problem(unknownCommand(name, trimmed));
  const rest = trimmed.slice(name.length).trim();
  return spec.parse({ words: splitWords(rest).map(({ text }) => text), rest });
}

function unknownCommand(name: string, line: string): string {
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  if (/^[{[]/.test(line)) return `A payload is sent by 'send ${shown}', a frame by 'raw ${shown}'`;
  if (/^[+-]?\d/.test(name)) return `A reading is sent by 'send ${line.slice(0, 40)}'`;
  const meant = nearest(name, ALL_NAMES);
  return `Unknown command '${shown}'${meant === undefined ? ": 'help' lists them" : `, did you mean ${meant}?`}`;
}
